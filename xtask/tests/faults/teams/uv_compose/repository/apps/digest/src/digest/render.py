from jinja2 import Environment, PackageLoader

TEMPLATES = Environment(loader=PackageLoader("digest", "templates"))


def render(events: list) -> str:
    return TEMPLATES.get_template("mail.txt").render(events=events)
