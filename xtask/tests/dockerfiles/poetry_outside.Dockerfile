ARG PYTHON=3.11
FROM python:${PYTHON}-slim-bookworm as base
ARG POETRY_VERSION
# Poetry installs next to the packages
RUN pip install poetry==${POETRY_VERSION:-1.7.1} && \
    poetry config virtualenvs.create false
COPY ./pyproject.toml ./poetry.lock /code/
WORKDIR /code

RUN set -eux; \
	# comment in between

	apt-get update; \
	apt-get install -y --no-install-recommends \
		libpq-dev \
		gcc \
	; \
	rm -rf /var/lib/apt/lists/*
RUN poetry install --no-interaction --no-ansi
HEALTHCHECK --interval=30s --timeout=3s CMD curl -f http://localhost/ || exit 1
EXPOSE 8000/tcp 9000
ENTRYPOINT poetry run gunicorn main:app -b 0.0.0.0:8000
