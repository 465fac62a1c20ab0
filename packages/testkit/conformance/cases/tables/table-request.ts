import type { CallOptions, CaseApi } from '../../case-api.ts'

interface Column {
  readonly description?: string
}

interface Table {
  readonly columnDefinitions?: readonly Column[] | null
  readonly rows?: readonly { readonly object?: { readonly metadata: { readonly name?: string } } }[]
}

export const accept = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' }

const withoutDescription = ({ description: _description, ...column }: Column): object => column

/** Without the texts about built-in columns, which are Kubernetes' documentation. */
export const plain = (body: Table | undefined): unknown => {
  if (body?.columnDefinitions === undefined || body.columnDefinitions === null) return body
  return { ...body, columnDefinitions: body.columnDefinitions.map(withoutDescription) }
}

/** Only the columns: of kinds that have objects of others too. */
export const onlyColumns = (body: Table): unknown => {
  const { columnDefinitions } = plain(body) as Table
  return { columnDefinitions }
}

/** Only cells, in the order of the rows. */
export const onlyCells = (body: { readonly rows?: readonly { readonly cells: unknown }[] }): unknown =>
  body.rows?.map(({ cells }) => ({ cells })) ?? body

/** A GET that is answered by a table. */
export const table = (api: CaseApi, path: string, show: CallOptions['show'] = plain) =>
  api.get(path, { headers: accept, show })
