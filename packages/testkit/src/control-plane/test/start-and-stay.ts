// A program that starts a control plane, says so, and never stops it: a test kills it.
import { startControlPlane } from '../start-control-plane.ts'

const controlPlane = await startControlPlane({ clusters: ['hub'] })
process.stdout.write(`${controlPlane.clusters.map(({ url }) => url).join(' ')}\n`)
