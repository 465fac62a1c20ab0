import { readFileSync } from 'node:fs'
import path from 'node:path'
import { contract } from '@odfmo/api-types'
import { parse } from 'yaml'
import { root } from '../../../command/root.ts'
import { baseNamespace, images } from '../../names.ts'
import { imageOf } from '../images.ts'
import { skipRangeOf, type Release } from '../release.ts'
import { summary } from './description.ts'

/** What OpenShift's catalog filters by; `true` of what has been shown, and of nothing else. */
const features = {
  cnf: false,
  cni: false,
  csi: false,
  // All images are related images.
  disconnected: true,
  'fips-compliant': false,
  'proxy-aware': false,
  'tls-profiles': false,
  'token-auth-aws': false,
  'token-auth-azure': false,
  'token-auth-gcp': false,
} as const

/** What catalogs, OLM and OpenShift's console read off a ClusterServiceVersion. */
export const annotationsOf = (release: Release): Readonly<Record<string, string>> => ({
  'alm-examples': JSON.stringify([example()], undefined, 2),
  // Rolls the agents at an upgrade; backs nothing up, which is what the next level asks for.
  capabilities: 'Seamless Upgrades',
  categories: 'Storage',
  certified: 'false',
  'console.openshift.io/plugins': JSON.stringify([contract.console.name]),
  containerImage: imageOf(images.hubController, release),
  description: summary,
  ...Object.fromEntries(
    Object.entries(features).map(([name, has]) => [`features.operators.openshift.io/${name}`, String(has)]),
  ),
  'olm.skipRange': skipRangeOf(release),
  'operatorframework.io/cluster-monitoring': 'true',
  'operatorframework.io/suggested-namespace': baseNamespace,
  // How clusters before 4.14 were told.
  'operators.openshift.io/infrastructure-features': JSON.stringify(['disconnected']),
  support: 'odfmo maintainers',
})

const example = (): unknown => parse(readFileSync(path.join(root, 'examples/mirrorpeer.yaml'), 'utf8'))
