import type { AnswerDifference } from './compare.ts'

/** Where the in-memory server is known to answer otherwise than the real one, and why it is left so. */
export interface DocumentedDifference {
  /** As users meet it; the README lists it. */
  readonly what: string
  readonly why: string
  /** The cases that show it, as `AREA: TITLE`. */
  readonly cases: readonly string[]
  /** Of the places in the answers that differ (`answer 2, PUT /…: body.message`). */
  readonly at: RegExp
}

/** At most ten; each must show in one of its cases, or it has to go. */
export const documentedDifferences: readonly DocumentedDifference[] = [
  {
    what: 'What CEL rules may cost is not estimated when they are defined.',
    why: 'The real server estimates it from the bounds of the schema and its own cost of every function. Here what an expression costs is counted, roughly as there, while it runs, and ends at the same limit. A rule that the real server refuses can be tried out on a control plane.',
    cases: ['CustomResourceDefinitions: a rule that may cost too much is refused'],
    at: /^what the case expects$|^answer 1, POST /,
  },
  {
    what: 'The documentation of Kubernetes’ own fields is not served.',
    why: 'Tables do not describe their columns, and OpenAPI documents have the fields and types of built-in kinds without descriptions: `kubectl explain` shows them so. Texts of custom resources are there.',
    cases: [
      'CRUD and errors: an object is answered as a row of a table',
      'CRUD and errors: a created object is answered as a table or as its metadata, when asked',
      'CRUD and errors: kinds have columns of their own in tables',
    ],
    at: /: body(?:\.columnDefinitions)?\[\d+\]\.description$/,
  },
  {
    what: 'Not served: pods/exec, attach, log, portforward, proxy, binding, resize and ephemeralcontainers, the proxies of nodes and services, bindings, componentstatuses, IPAddress, ServiceCIDR, autoscaling/v1, resource.k8s.io and flowcontrol.apiserver.k8s.io.',
    why: 'Nothing of the in-memory server would act on them: no scheduler, no network, no volumes, no limits to its own traffic. Discovery does not tell of them and requests are answered 404, so a client sees what it can use.',
    cases: ['discovery: a new server serves these resources'],
    at: /: body\.(?:core\/v1\.(?:bindings|componentstatuses|nodes|pods|services)|autoscaling\/v1|networking\.k8s\.io\/v1\.(?:ipaddresses|servicecidrs)|(?:resource|flowcontrol\.apiserver)\.k8s\.io\/v1)$/,
  },
]

export const documents = (documented: DocumentedDifference, difference: AnswerDifference): boolean =>
  documented.cases.includes(difference.case) && documented.at.test(difference.at)

export const isDocumented = (difference: AnswerDifference): boolean =>
  documentedDifferences.some((documented) => documents(documented, difference))
