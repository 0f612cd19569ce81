"""Reads Dockerfiles with BuildKit's own parser: prints, a line a file, what it finds in it, as JSON."""

import json
import sys

import dockerfile

for path in sys.argv[1:]:
    commands = [
        {
            "keyword": command.cmd.lower(),
            "trigger": (command.sub_cmd or "").lower(),
            "json": command.json,
            "flags": command.flags,
            "values": command.value,
            "lines": [command.start_line, command.end_line],
            "heredocs": [[heredoc.name, heredoc.content] for heredoc in command.heredocs],
        }
        for command in dockerfile.parse_file(path)
    ]
    print(json.dumps(commands))
