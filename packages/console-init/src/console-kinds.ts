import { contract, kinds, type CustomResourceDefinition } from '@odfmo/api-types'
import { cluster, watch } from '@odfmo/controller-kit'

const { plural, group } = kinds.ConsolePlugin

/** Of ConsolePlugin's definition. */
export const definitionKey = { name: `${plural}.${group}` }

const withoutSchemas = (definition: CustomResourceDefinition): CustomResourceDefinition => ({
  ...definition,
  spec: {
    ...definition.spec,
    versions: definition.spec.versions.map(({ name, served, storage }) => ({ name, served, storage })),
  },
})

const selected = { fieldSelector: `metadata.name=${contract.console.name}` }

/**
 * What is watched: one object of each kind, selected by its name on the server. Only the Deployment is watched from the start;
 * the others are when it is there and they are first read, so that a cluster without the console is asked for nothing more.
 */
export const consoleKinds = (clusterName: string, namespace: string) =>
  cluster(clusterName, {
    /** OpenShift's business; that it is there is all we want to know. */
    ConsoleDeployment: watch(kinds.Deployment, { ...selected, namespaces: [namespace], metadataOnly: true }),
    ConsoleService: watch(kinds.Service, { ...selected, namespaces: [namespace] }),
    /** Says in which versions the cluster serves ConsolePlugin; `served` would say so of each by itself, at its own time. */
    PluginDefinition: watch(kinds.CustomResourceDefinition, {
      fieldSelector: `metadata.name=${definitionKey.name}`,
      transform: withoutSchemas,
    }),
    ConsolePlugin: watch(kinds.ConsolePlugin, selected),
    ConsolePluginV1Alpha1: watch(kinds.ConsolePluginV1Alpha1, selected),
  })

/** The watched kinds of the console. */
export type ConsoleKinds = ReturnType<typeof consoleKinds>
