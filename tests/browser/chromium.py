"""Whether a browser can be driven here: the system's Chromium, and the tools of `./run dev`."""

import importlib.util
import os
import shutil

TOOLS = ("playwright", "pytest_playwright", "axe_playwright_python")
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
AVAILABLE = bool(CHROMIUM) and all(map(importlib.util.find_spec, TOOLS))
