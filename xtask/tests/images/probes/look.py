"""Prints what is in an image as JSON. Arguments: modules to import, programs to look for."""

import importlib
import importlib.metadata
import json
import os
import platform
import re
import shutil
import sys

modules, programs = sys.argv[1].split(","), sys.argv[2].split(",")
version = sys.implementation.version
json.dump(
    {
        "uid": os.getuid(),
        "prefix": sys.prefix,
        "pythonpath": os.environ.get("PYTHONPATH"),
        "modules": {name: importlib.import_module(name).__file__ for name in modules if name},
        "software": {
            re.sub(r"[-_.]+", "-", found.name).lower(): found.version for found in importlib.metadata.distributions()
        },
        "programs": [name for name in programs if shutil.which(name)],
        "marks": {
            "implementation_name": sys.implementation.name,
            "implementation_version": f"{version.major}.{version.minor}.{version.micro}",
            "os_name": os.name,
            "platform_machine": platform.machine(),
            "platform_python_implementation": platform.python_implementation(),
            "platform_release": platform.release(),
            "platform_system": platform.system(),
            "platform_version": platform.version(),
            "python_full_version": platform.python_version(),
            "python_version": ".".join(platform.python_version_tuple()[:2]),
            "sys_platform": sys.platform,
        },
    },
    sys.stdout,
)
