# Kept small: what formats need beyond copydesk itself is chosen when the image is built, as pandoc alone takes 150 MB:
#   docker build --build-arg PLUGINS="copydesk-markdown copydesk-epub" -t copydesk .
#   docker run --rm --user "$(id -u):$(id -g)" -v "$PWD:/work" copydesk convert rips/ --to markdown
FROM python:3.13-slim AS build
ARG PLUGINS="copydesk-csv copydesk-jsonld copydesk-markdown copydesk-ninjs"
ARG EXTRAS="s3 warc"
ENV UV_PROJECT_ENVIRONMENT=/opt/copydesk UV_PYTHON_DOWNLOADS=never
RUN python3 -m pip install --no-cache-dir --root-user-action=ignore "uv>=0.9"
WORKDIR /source
COPY pyproject.toml README.md LICENSE ./
COPY src src
COPY plugins plugins
# The same pins as in the workspace, so that the image writes the same bytes as a checkout.
# hadolint ignore=SC2086
RUN set -eu; packages="--package copydesk"; \
    for plugin in $PLUGINS; do packages="$packages --package $plugin"; done; \
    for extra in $EXTRAS; do packages="$packages --extra $extra"; done; \
    uv sync --no-cache --no-dev --no-editable --link-mode=copy $packages

FROM python:3.13-slim
COPY --from=build /opt/copydesk /opt/copydesk
ENV PATH=/opt/copydesk/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
RUN useradd --no-create-home --uid 1000 copydesk
USER 1000
WORKDIR /work
ENTRYPOINT ["copydesk"]
CMD ["--help"]
