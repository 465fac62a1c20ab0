import path from 'node:path'
import { root } from '../command/root.ts'

/** What npm and we say to our own programs; how the network is reached (registry, proxy, authorities) stays. */
const ours =
  /^(?:npm_(?:package|lifecycle|config_local_prefix|command|execpath|node_execpath)|INIT_CWD$|NODE_(?:COMPILE_CACHE|PATH)$|ODFMO_PARENT|TESTKIT_|PNPM_)/

/** The environment of somebody who never heard of this repository, with `node` as the Node found first. */
export function strangersEnvironment(node: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !ours.test(name))
  const folders = (process.env['PATH'] ?? '').split(path.delimiter).filter((one) => !one.startsWith(root))
  return { ...Object.fromEntries(kept), PATH: [path.dirname(node), ...folders].join(path.delimiter) }
}
