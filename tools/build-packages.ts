import { buildQuietly } from './command/nx.ts'

/**
 * Before the tests of the tools: they run services as they are shipped, from their bundles, and pack libraries. All packages, and
 * here only: while tests run, whoever builds finds everything built and leaves it as it is.
 */
export default async function buildPackages(): Promise<void> {
  await buildQuietly([], new AbortController().signal)
}
