import click


def app(environ, start_response):
    click.echo(environ["PATH_INFO"])
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"ok\n"]
