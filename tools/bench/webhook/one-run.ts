import type { ClientProcess } from './client-process.ts'
import type { LoadFigures } from './load-process.ts'
import { ServerProgram, type ServerWish } from './server-program.ts'

/** What a server needs of its own start and of a load. */
export interface RunFigures {
  readonly idleMb: number
  readonly peakMb: number
  readonly cpuMsPerRequest: number
  readonly load: LoadFigures
}

const connections = 32
const warmUpSeconds = 3

/** Starts a server, warms it up, and loads it. */
export const oneRun = async (
  wish: ServerWish,
  client: ClientProcess,
  {
    perSecond,
    seconds,
    seed,
  }: { readonly perSecond: number; readonly seconds: number; readonly seed: number },
): Promise<RunFigures> => {
  const server = await ServerProgram.start(wish)
  try {
    const idleMb = server.usage().residentMb
    const { port } = server
    const job = { port, ca: wish.ca, connections, perSecond }
    await client.load({ ...job, seconds: warmUpSeconds, seed: seed + 1000 })
    const before = server.usage()
    const load = await client.load({ ...job, seconds, seed })
    const after = server.usage()
    return {
      idleMb,
      peakMb: after.peakMb,
      cpuMsPerRequest: ((after.cpuSeconds - before.cpuSeconds) * 1000) / load.requests,
      load,
    }
  } finally {
    await server.stop()
  }
}

/** Median of so many starts, milliseconds. */
export const startTimes = async (wish: ServerWish, times: number): Promise<readonly number[]> => {
  const all: number[] = []
  for (let time = 0; time < times; time++) {
    const server = await ServerProgram.start(wish)
    all.push(server.startMs)
    await server.stop()
  }
  return all
}
