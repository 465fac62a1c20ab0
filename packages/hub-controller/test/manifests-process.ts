import { hubRbac } from '../src/rbac.ts'

// What the manifests are made from, as JSON on stdout, for an installation into the namespace that is the first argument. A
// process of its own: tools import no service.

const [namespace = ''] = process.argv.slice(2)

process.stdout.write(`${JSON.stringify({ rbac: hubRbac(namespace) })}\n`)
