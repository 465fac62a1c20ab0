import { everything } from '../names.ts'

/** The fields of a kustomization that are used here. */
export interface Kustomization {
  readonly namespace?: string
  readonly resources?: readonly string[]
  readonly components?: readonly string[]
  readonly configurations?: readonly string[]
  readonly images?: readonly { readonly name: string; readonly newName: string; readonly newTag: string }[]
  readonly replicas?: readonly { readonly name: string; readonly count: number }[]
  readonly patches?: readonly Patch[]
}

/** JSON patch operations on the objects that are meant; all of the kind without a name. */
export interface Patch {
  readonly target: { readonly kind: string; readonly name?: string }
  readonly patch: readonly Operation[]
}

type Operation =
  | { readonly op: 'add' | 'replace'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string }

const document = (apiVersion: string, kind: string, { patches, ...fields }: Kustomization): object => ({
  apiVersion,
  kind,
  ...fields,
  // Of what it has and of what it is added to; selectors and pods stay as they are.
  ...(fields.resources === undefined ? {} : { labels: [{ pairs: everything }] }),
  // As text, which is how kustomize takes them.
  ...(patches === undefined
    ? {}
    : {
        patches: patches.map(({ target, patch }) => ({
          target,
          patch: `${JSON.stringify(patch, undefined, 2)}\n`,
        })),
      }),
})

/** Something that is applied by itself. */
export const kustomization = (fields: Kustomization): object =>
  document('kustomize.config.k8s.io/v1beta1', 'Kustomization', fields)

/** Something that is added to a kustomization, and changes what that has. */
export const component = (fields: Kustomization): object =>
  document('kustomize.config.k8s.io/v1alpha1', 'Component', fields)

/** Where a patch adds an argument to the only container of a Deployment. */
export const addArgument = (value: string): Operation => ({
  op: 'add',
  path: '/spec/template/spec/containers/0/args/-',
  value,
})
