import type { CustomResourceDefinition, JsonSchemaProps } from '@odfmo/api-types'
import { crd } from '@odfmo/testkit'

const text: JsonSchemaProps = { type: 'string' }
const texts: JsonSchemaProps = { type: 'object', additionalProperties: text }
const duration: JsonSchemaProps = {
  type: 'string',
  pattern: '^(0|(([0-9]+)y)?(([0-9]+)w)?(([0-9]+)d)?(([0-9]+)h)?(([0-9]+)m)?(([0-9]+)s)?(([0-9]+)ms)?)$',
}
const object = (
  properties: Readonly<Record<string, JsonSchemaProps>>,
  ...required: string[]
): JsonSchemaProps => ({
  type: 'object',
  properties,
  ...(required.length === 0 ? {} : { required }),
})
const list = (items: JsonSchemaProps): JsonSchemaProps => ({ type: 'array', items })

const serviceMonitorSpec = object(
  {
    selector: object({ matchLabels: texts }),
    endpoints: list(
      object({ port: text, path: text, scheme: { ...text, enum: ['http', 'https'] }, interval: duration }),
    ),
  },
  'selector',
  'endpoints',
)

const prometheusRuleSpec = object({
  groups: list(
    object(
      {
        name: { ...text, minLength: 1 },
        rules: list(
          object({ alert: text, expr: text, for: duration, labels: texts, annotations: texts }, 'expr'),
        ),
      },
      'name',
    ),
  ),
})

/** The kinds of the Prometheus operator with those of their fields that are used here: any other is refused. */
export const prometheusCrds: readonly CustomResourceDefinition[] = [
  crd({ group: 'monitoring.coreos.com', kind: 'ServiceMonitor', spec: serviceMonitorSpec }),
  crd({ group: 'monitoring.coreos.com', kind: 'PrometheusRule', spec: prometheusRuleSpec }),
]
