# Builds in one stage, runs in another that has neither sources nor tools. Runs as nobody in particular, writes nowhere:
#   docker run --read-only --tmpfs /tmp -e DATABASE_URL=… -e … marty web
FROM node:22-bookworm-slim AS build
WORKDIR /marty
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN node src/cli/build.mjs

FROM node:22-bookworm-slim AS packages
WORKDIR /marty
COPY package.json package-lock.json ./
# The embedded Postgres is optional, and nothing for an image.
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund && npm cache clean --force

FROM node:22-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080
WORKDIR /marty
COPY --from=packages /marty/node_modules ./node_modules
COPY --from=build /marty/package.json ./
COPY --from=build /marty/dist ./dist
COPY --from=build /marty/schema/migrations ./schema/migrations
COPY --from=build /marty/prompts ./prompts
USER node
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/live`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "--enable-source-maps", "dist/marty.js"]
CMD ["web"]
