FROM ghcr.io/astral-sh/uv:0.5.1-python3.12-bookworm-slim AS builder
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy
RUN --mount=type=cache,target=/root/.cache/uv \
    --mount=type=bind,source=uv.lock,target=uv.lock \
    --mount=type=bind,source=pyproject.toml,target=pyproject.toml \
    uv sync --frozen --no-install-project --no-dev
ADD --checksum=sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d https://example.org/a.tar.gz /a
ADD . /app
FROM --platform=$BUILDPLATFORM python:3.12-slim-bookworm
COPY --from=builder --link /app /app
env PATH /app/.venv/bin:$PATH
workdir "/app dir"
run   ["a", "b \" c", "ü"]
CMD [not json]
CMD ['neither']
