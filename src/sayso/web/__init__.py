"""The pages, served by one Starlette app on this machine for this machine."""
