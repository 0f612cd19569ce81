# syntax=docker/dockerfile:1.7
FROM python:3.13 AS requirements
RUN pip install poetry poetry-plugin-export
COPY ["pyproject.toml", "poetry.lock", "/tmp/"]
RUN cd /tmp && poetry export -f requirements.txt --output requirements.txt --without-hashes
FROM python:3.13-slim
LABEL maintainer="A B <a@b.example>" version='1.0' "quoted key"=x
COPY --from=0 /tmp/requirements.txt .
RUN <<EOT bash -e
pip install -r requirements.txt
echo "\$HOME" # <<NOT
EOT
COPY <<-"CONFIG" <<OTHER /etc/
	[a]
	b = $c
	CONFIG
other
OTHER
ONBUILD RUN echo hello
ONBUILD COPY --chown=a . /x
STOPSIGNAL SIGTERM
VOLUME /data /more
VOLUME ["/json"]
SHELL ["/bin/bash", "-c"]
CMD [ "python", "-m", "app" ]
