# AgentFlow in one container: one port, one volume, no root. Embedded database by default, PostgreSQL with DATABASE_URL.
FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npm run build
RUN npm prune --omit=dev
# The volume's mount point, so that it belongs to the unprivileged account.
RUN mkdir data

FROM debian:bookworm-slim
WORKDIR /app
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/package.json /app/bunfig.toml ./
COPY --from=build /app/src ./src
COPY --from=build /app/db ./db
COPY --from=build /app/drizzle ./drizzle
COPY --from=build /app/server ./server
COPY --from=build /app/client/dist ./client/dist
COPY --from=build --chown=10001:10001 /app/data /data
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 AGENTFLOW_FOLDER=/data
USER 10001:10001
EXPOSE 3000
VOLUME /data
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s CMD ["node_modules/.bin/bun", "server/launch/healthcheck.mjs"]
STOPSIGNAL SIGTERM
CMD ["node_modules/.bin/bun", "server/index.ts"]
