# The portal's image: web, worker, beat and migrate are the same one, started with another command (docker-compose.yml).
# A second target, `store`, is the object store with a folder for our files that it may write without being root.

# --- styles and letters -----------------------------------------------------------------------------------------------------------------
FROM node:24-bookworm-slim AS packages
WORKDIR /front
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts

FROM python:3.11-slim-bookworm AS vendor
WORKDIR /front
COPY --from=packages /front/node_modules node_modules
COPY ivp_portal/vendoring.py .
RUN python vendoring.py node_modules vendor

# --- Python packages --------------------------------------------------------------------------------------------------------------------
FROM python:3.11-slim-bookworm AS environment
COPY requirements-prod.lock .
RUN python -m venv /environment \
    && /environment/bin/pip install --no-cache-dir --no-deps --require-hashes -r requirements-prod.lock

# --- the portal -------------------------------------------------------------------------------------------------------------------------
FROM python:3.11-slim-bookworm AS portal
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin portal
ENV PATH=/environment/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=ivp_portal.settings.production \
    IVP_VAR=/app/var \
    HOME=/tmp \
    XDG_CACHE_HOME=/tmp/cache
COPY --from=environment /environment /environment
WORKDIR /app
COPY manage.py LICENSE ./
COPY ivp_portal ivp_portal
COPY consultation consultation
COPY priorities priorities
COPY reports reports
COPY templates templates
COPY --from=vendor /front/vendor build/vendor
# What public pages say in English, as Django reads it.
RUN pybabel --quiet compile --directory ivp_portal/locale --domain django
# collectstatic reads the settings and connects nowhere; these values live for this one line.
RUN SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(60))')" \
    ALLOWED_HOSTS=build.invalid \
    DATABASE_URL=postgresql://build.invalid/ivp \
    BROKER_URL=redis://build.invalid/0 \
    SECURITY_CONTACT=mailto:build@build.invalid \
    PORTAL_URL=https://build.invalid EMAIL_HOST=build.invalid DEFAULT_FROM_EMAIL=build@build.invalid \
    python manage.py collectstatic --noinput
USER 10001:10001
EXPOSE 8000
CMD ["gunicorn", "--bind", "0.0.0.0:8000", "--workers", "3", "--timeout", "60", "--worker-tmp-dir", "/dev/shm", \
     "--no-control-socket", "--access-logfile", "-", "ivp_portal.wsgi"]

# --- the object store -------------------------------------------------------------------------------------------------------------------
# A folder under /data is a bucket. A new volume takes over the owner of what stands here, so that no start as root is needed.
FROM versity/versitygw:v1.8.0 AS store
RUN mkdir -p /data/ivp && chown -R 10001:10001 /data
USER 10001:10001

# What `docker build .` makes when no target is named.
FROM portal
