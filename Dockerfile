# Roundtable for docker-compose.yml. Everything comes from the lock files, by hash; what builds is not in the image.

FROM python:3.11.14-slim-bookworm AS built
WORKDIR /app
COPY scripts/setup.py scripts/
COPY pyproject.toml requirements.lock requirements-build.lock package.json package-lock.json .npmrc ./
COPY server server
COPY web web
RUN python scripts/setup.py

FROM python:3.11.14-slim-bookworm AS packages
COPY requirements.lock ./
RUN python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --no-deps -r requirements.lock \
 && /venv/bin/pip uninstall --yes --quiet pip setuptools

FROM python:3.11.14-slim-bookworm
RUN useradd --system --uid 10001 --no-create-home roundtable
WORKDIR /app
COPY --from=packages /venv /venv
COPY server server
COPY templates templates
COPY locales locales
COPY --from=built /app/web/dist web/dist
RUN ["/venv/bin/python", "-m", "compileall", "-q", "server"]
RUN /venv/bin/python -c "from server.web.templates import compile_templates; compile_templates()" \
 && chmod -R a+rX .compiled-templates
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 ROUNDTABLE_DATA=/data
RUN install --directory --owner=roundtable --mode=700 /data
VOLUME /data
USER 10001
EXPOSE 8000
ENTRYPOINT ["python", "-m", "server"]
CMD ["serve", "--host", "0.0.0.0"]
