import { connect, keyText, kind, stopSignal, watchObjects, type KubeObject } from '@odfmo/controller-kit'

type Pod = KubeObject & { readonly status?: { readonly phase?: string } }
const pods = kind<Pod>('v1', 'Pod', 'pods')

const client = await connect({ component: 'watcher', env: process.env })
for await (const { key, old, object } of watchObjects(client, pods, { signal: stopSignal(process) })) {
  const [before, now] = [old?.status?.phase, object?.status?.phase]
  if (object === undefined) console.log(`${keyText(key)} is gone`)
  else if (before !== now) console.log(`${keyText(key)}: ${before ?? 'new'} → ${now ?? 'unknown'}`)
}
await client.close()
