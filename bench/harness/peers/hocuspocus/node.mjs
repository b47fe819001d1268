// One of several Hocuspocus servers: as server.mjs, and its Redis extension between them.
import { Server } from '@hocuspocus/server'
import { SQLite } from '@hocuspocus/extension-sqlite'
import { Redis } from '@hocuspocus/extension-redis'

const server = new Server({
  address: process.env.HOST,
  port: Number(process.env.PORT),
  quiet: true,
  extensions: [
    new SQLite({ database: `${process.env.DATA}/hocuspocus.sqlite` }),
    new Redis({ host: '127.0.0.1', port: Number(process.env.REDIS_PORT) })
  ]
})
await server.listen()
