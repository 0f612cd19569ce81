FROM python:3.12-slim AS builder
ENV POETRY_VERSION=1.8.3 \
    POETRY_VIRTUALENVS_IN_PROJECT=true
RUN pip install "poetry==$POETRY_VERSION"
WORKDIR /app
COPY pyproject.toml poetry.lock ./
RUN --mount=type=cache,target=/root/.cache poetry install --only main --no-root

FROM python:3.12-slim
COPY --from=builder --chown=1000:1000 /app/.venv /app/.venv
ENV PATH="/app/.venv/bin:$PATH"
COPY . /app
USER 1000
CMD ["uvicorn", "app:app"]
