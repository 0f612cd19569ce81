FROM python:3.13-slim-trixie AS build
ENV POETRY_VIRTUALENVS_IN_PROJECT=1
COPY xtask/tools/requirements.txt /tmp/tools.txt
RUN pip install --no-deps --require-hashes -r /tmp/tools.txt
WORKDIR /app/services/web
COPY services/web/pyproject.toml services/web/poetry.lock ./
COPY libs/core /app/libs/core
COPY services/web ./
RUN --mount=type=cache,target=/root/.cache/pypoetry \
    poetry install --no-interaction --only main --no-root --no-directory
RUN .venv/bin/pip install --no-deps --no-index /app/libs/core .

FROM python:3.13-slim-trixie
ENV PATH=/app/services/web/.venv/bin:$PATH
WORKDIR /app/services/web
COPY --from=build /app /app
EXPOSE 8080
USER 10001
CMD ["uvicorn", "web.main:app", "--host", "0.0.0.0", "--port", "8080"]
