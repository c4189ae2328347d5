"""The demo data: places and people, their stories, and how they are played through the services."""
