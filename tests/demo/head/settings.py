"""Settings of the nightly run."""

import json

data = json.load(open("config.json"))
if "timeout" in data:
    timeout = int(data["timeout"])
