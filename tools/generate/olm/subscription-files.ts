import { baseNamespace } from '../names.ts'
import { documentsFile, type GeneratedFile } from '../yaml-file.ts'
import { displayName } from './csv/description.ts'
import { catalogImage } from './images.ts'
import { channelOf, packageName, type Release } from './release.ts'

const source = 'tools/generate/olm'

/** Where OpenShift's OLM looks for catalogs that are for every namespace. */
const catalogNamespace = 'openshift-marketplace'

/** A Ramen of its own namespace, which is to be replaced. */
const otherNamespace = 'ramen-system'

const catalogSource = (release: Release): object => ({
  apiVersion: 'operators.coreos.com/v1alpha1',
  kind: 'CatalogSource',
  metadata: { name: 'odfmo', namespace: catalogNamespace },
  spec: {
    sourceType: 'grpc',
    image: catalogImage(release),
    displayName,
    publisher: 'odfmo',
    grpcPodConfig: { securityContextConfig: 'restricted' },
    updateStrategy: { registryPoll: { interval: '1h' } },
  },
})

const subscription = (namespace: string, release: Release): object => ({
  apiVersion: 'operators.coreos.com/v1alpha1',
  kind: 'Subscription',
  metadata: { name: packageName, namespace },
  spec: {
    name: packageName,
    channel: channelOf(release),
    source: 'odfmo',
    sourceNamespace: catalogNamespace,
    installPlanApproval: 'Automatic',
  },
})

/** Without it OLM installs nothing in a namespace; `openshift-operators` has one, for all namespaces. */
const operatorGroup = (namespace: string): object => ({
  apiVersion: 'operators.coreos.com/v1',
  kind: 'OperatorGroup',
  metadata: { name: 'odfmo', namespace },
  spec: { targetNamespaces: [namespace] },
})

/** What an administrator asks OLM by: in `openshift-operators`, and in a namespace of Ramen's own. */
export const subscriptionFiles = (release: Release): readonly GeneratedFile[] => [
  documentsFile('olm/subscribe/openshift-operators.yaml', source, [
    catalogSource(release),
    subscription(baseNamespace, release),
  ]),
  documentsFile('olm/subscribe/own-namespace.yaml', source, [
    catalogSource(release),
    operatorGroup(otherNamespace),
    subscription(otherNamespace, release),
  ]),
]
