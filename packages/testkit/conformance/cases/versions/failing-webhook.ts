import type { Cases, ConformanceCase } from '../../conformance-case.ts'
import { groupOf } from '../crds/definition.ts'
import { defineVersions, quiet, twoVersions, widgetOf } from './two-versions.ts'
import { answerWith, converted, each, rightly, withWebhook } from './webhook.ts'
import type { Answering } from './webhook.ts'

/** An object that is there is read while the webhook answers so. */
const readWith = (...answers: readonly Answering[]): ConformanceCase['run'] =>
  withWebhook(async (api, webhook) => {
    const [first, second] = await defineVersions(api, twoVersions(), webhook.conversion)
    await api.post(first, widgetOf(api, 'a', 'v1', { spec: { size: 1 } }), quiet)
    for (const answer of answers) {
      webhook.answer = answer
      const read = await api.get(`${second}/a`, webhook.placeless)
      read.is(500)
    }
  })

const meta = (change: object) =>
  each((object) => ({ ...object, metadata: { ...object.metadata, ...change } }))

/** What becomes of requests whose webhook does not do what it has to. */
export const failingWebhook: Cases = {
  'an answer is for the review that was sent': readWith(
    (review) => {
      const answer = answerWith(review, []) as { response: object }
      return { ...answer, response: { ...answer.response, uid: 'another' } }
    },
    (review) => ({ ...answerWith(review, []), response: undefined }),
  ),

  'an answer is a ConversionReview of the version that was asked': readWith(
    (review) => ({ ...answerWith(review, review.request.objects), kind: 'AdmissionReview' }),
    (review) => ({
      ...answerWith(review, review.request.objects),
      apiVersion: 'apiextensions.k8s.io/v1beta1',
    }),
    () => ({ response: {} }),
    () => ({}),
  ),

  'a failure is told in the words of the webhook': readWith(
    (review) => answerWith(review, [], { status: 'Failure', message: 'cannot do that' }),
    (review) => answerWith(review, [], { status: 'Failure' }),
    (review) => answerWith(review, [], {}),
  ),

  'an answer has as many objects as were sent': readWith(
    (review) => answerWith(review, []),
    (review) =>
      answerWith(
        review,
        [...review.request.objects, ...review.request.objects].map((object) =>
          converted(object, review.request.desiredAPIVersion),
        ),
      ),
  ),

  'an object of an answer has the version that was asked for': readWith(
    (review) => answerWith(review, review.request.objects),
    each((object) => ({ ...object, apiVersion: 'example.com/v2' })),
    each((object) => ({ ...object, apiVersion: undefined })),
  ),

  'an object of an answer has the kind it had': readWith(
    each((object) => ({ ...object, kind: 'Gadget' })),
    each((object) => ({ ...object, kind: undefined })),
    each(() => null),
  ),

  'an object of an answer is the one that was sent': readWith(
    meta({ name: 'b' }),
    meta({ namespace: 'other' }),
    meta({ uid: '00000000-0000-4000-8000-000000000000' }),
  ),

  'an object of an answer has metadata': readWith(
    each((object) => ({ ...object, metadata: undefined })),
    each((object) => ({ ...object, metadata: 'x' })),
  ),

  'labels and annotations of an answer are right': readWith(
    meta({ labels: { a: 1 } }),
    meta({ labels: { '-a': 'b' } }),
    meta({ labels: ['a'] }),
    meta({ annotations: { '-a': 'b' } }),
    meta({ annotations: { a: true } }),
  ),

  'an answer is one of HTTP': readWith(
    () => ({ status: 500, body: 'out of order' }),
    () => ({ status: 404, body: 'nobody is here' }),
    () => ({ status: 200, body: 'no JSON' }),
    () => ({ status: 200, body: '' }),
    () => ({
      status: 403,
      body: JSON.stringify({
        kind: 'Status',
        apiVersion: 'v1',
        status: 'Failure',
        message: 'not you',
        reason: 'Forbidden',
        code: 403,
      }),
    }),
  ),

  'a write that cannot be converted is not done': withWebhook(async (api, webhook) => {
    const [first, second] = await defineVersions(api, twoVersions(), webhook.conversion)
    await api.post(first, widgetOf(api, 'a', 'v1', { spec: { size: 1 } }), quiet)
    webhook.answer = (review) => answerWith(review, [], { status: 'Failure', message: 'not now' })
    const made = await api.post(second, widgetOf(api, 'b', 'v2', { spec: { width: 1 } }))
    made.is(500)
    const patched = await api.patch(`${second}/a`, 'merge', { spec: { width: 2 } })
    patched.is(500)
    const put = await api.put(`${second}/a`, {
      ...widgetOf(api, 'a', 'v2', { spec: { width: 2 } }),
      metadata: { name: 'a', resourceVersion: '1' },
    })
    put.is(500)
    const deleted = await api.delete(`${second}/a`)
    deleted.is(500)
    const invalid = await api.post(second, widgetOf(api, 'c', 'v2', { spec: { width: 'x' } }))
    invalid.is(422)
    const absent = await api.get(`${second}/none`)
    absent.is(404)
    const still = await api.get(`${first}/a`)
    still.is(200, { spec: { size: 1 } })
    const none = await api.get(`${first}/b`)
    none.is(404)
  }),

  'a write whose answer cannot be converted is done': withWebhook(async (api, webhook) => {
    const [first, second] = await defineVersions(api, twoVersions(), webhook.conversion)
    webhook.answer = (review) =>
      review.request.desiredAPIVersion.endsWith('/v1')
        ? rightly(review)
        : answerWith(review, [], { status: 'Failure', message: 'not back' })
    const made = await api.post(second, widgetOf(api, 'b', 'v2', { spec: { width: 1 } }))
    made.is(500)
    const there = await api.get(`${first}/b`)
    there.is(200, { spec: { size: 1 } })
  }),

  'a webhook that is not there is told of': withWebhook(async (api, webhook) => {
    const versions = twoVersions()
    const at = (clientConfig: object) => ({
      conversion: {
        strategy: 'Webhook',
        webhook: { conversionReviewVersions: ['v1'], clientConfig },
      },
    })
    const refused = { url: 'https://127.0.0.1:1/convert' }
    const [first, second] = await defineVersions(api, versions, at(refused))
    await api.post(first, widgetOf(api, 'a', 'v1', { spec: { size: 1 } }), quiet)
    const read = await api.get(`${second}/a`)
    read.is(500)
    const made = await api.post(second, widgetOf(api, 'b', 'v2', { spec: { width: 1 } }))
    made.is(500)
    webhook.answer = rightly
  }),

  'a webhook of a service that is not there is told of': withWebhook(async (api) => {
    const [first, second] = await defineVersions(api, twoVersions(), {
      conversion: {
        strategy: 'Webhook',
        webhook: {
          conversionReviewVersions: ['v1'],
          clientConfig: { service: { namespace: api.namespace, name: 'convert', path: '/a' } },
        },
      },
    })
    await api.post(first, widgetOf(api, 'a', 'v1', { spec: { size: 1 } }), quiet)
    const read = await api.get(`${second}/a`)
    read.is(500)
  }),

  'a webhook of an authority that nobody named is not trusted': withWebhook(async (api, webhook) => {
    const { conversion } = webhook.conversion as {
      conversion: { webhook: { clientConfig: { url: string } } }
    }
    const [first, second] = await defineVersions(api, twoVersions(), {
      conversion: {
        ...conversion,
        webhook: {
          conversionReviewVersions: ['v1'],
          clientConfig: { url: conversion.webhook.clientConfig.url },
        },
      },
    })
    await api.post(first, widgetOf(api, 'a', 'v1', { spec: { size: 1 } }), quiet)
    const read = await api.get(`${second}/a`, webhook.placeless)
    read.is(500)
    const there = await api.get(`${first}/a`)
    there.is(200, { apiVersion: `${groupOf(api)}/v1` })
  }),
}
