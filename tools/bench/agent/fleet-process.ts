// The clusters, in a process of their own: what they cost is not the services'. Ends when the channel to its parent closes.
import type { Answers, Call } from './calls.ts'
import { Fleet } from './fleet.ts'

let fleet: Fleet | undefined

const answer = async (call: Call): Promise<Answers[keyof Answers]> => {
  if (call.call === 'start') {
    const started = await Fleet.start(call)
    fleet = started.fleet
    return started.answer
  }
  if (fleet === undefined) throw new Error('the clusters have not been started')
  switch (call.call) {
    case 'exchange':
    case 'endPods':
    case 'requests':
      return fleet[call.call]()
    case 'removeCopy':
    case 'copy':
      return fleet[call.call](call.spoke)
    case 'rotate':
      return fleet.rotate(call.times)
    case 'mirrorPeers':
    case 'removeMirrorPeers':
      return fleet[call.call](call.count)
    case 'unrelated':
      return fleet.unrelated(call)
  }
}

const stopped = (): Promise<void> => fleet?.stop() ?? Promise.resolve()

const fail = (error: unknown): void => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
  void stopped().finally(() => process.exit(1))
}

process.on('SIGINT', () => undefined) // for the parent, which ends us
process.on('disconnect', () => void stopped().finally(() => process.exit()))
process.on(
  'message',
  (call: Call) => void answer(call).then((reply) => process.send?.({ answer: reply }), fail),
)
