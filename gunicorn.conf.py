"""How gunicorn runs, here and in production; its command line and GUNICORN_CMD_ARGS override each line."""

workers = 2
threads = 4
timeout = 60
graceful_timeout = 30
# The path without its query, no address, no browser.
access_log_format = "%(t)s %(m)s %(U)s %(s)s %(B)sB %(L)ss"
control_socket_disable = True  # it would stand in the home folder
