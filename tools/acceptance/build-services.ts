import { buildQuietly } from '../command/nx.ts'

/** Before the tests of this folder: they run the services as they are shipped, from their bundles. */
export default async function buildServices(): Promise<void> {
  await buildQuietly(
    ['hub-controller', 'token-exchange-agent', 'webhook', 'console-init'],
    new AbortController().signal,
  )
}
