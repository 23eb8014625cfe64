// Drives the Elasticsearch-compatible API with the official clients, as a user's program would.
//
// usage: node drive.mjs URL FROM TO      prints one JSON object with what it saw, for test_es.py to compare
import assert from 'node:assert/strict'
import { Client as Elastic, errors as elasticErrors } from '@elastic/elasticsearch'
import { Client as OpenSearch, errors as openSearchErrors } from '@opensearch-project/opensearch'

const [url, from, to] = process.argv.slice(2)
const range = { range: { ts: { gte: Number(from), lt: Number(to), format: 'epoch_millis' } } }
const aggs = {
  routers: {
    terms: { field: 'ra', size: 100, order: { bytes: 'desc' } },
    aggs: { bytes: { sum: { field: 'bytes' } }, interfaces: { terms: { field: 'in', size: 100 } } }
  },
  hours: { date_histogram: { field: 'ts', fixed_interval: '1h', min_doc_count: 0 }, aggs: { packets: { sum: { field: 'packets' } } } },
  sources: { cardinality: { field: 'sa' } },
  sizes: { stats: { field: 'bytes' } }
}

/** The same walk with either client: `call` unwraps what OpenSearch's has around its answers. */
async function walk (client, call, errors, openSearch) {
  const seen = {}
  const info = await call(client.info())
  assert.match(info.version.number, /^8\./)
  assert.equal(await call(client.indices.exists({ index: 'stat-19990101' })), false)
  const health = await call(client.cluster.health())
  assert.equal(health.status, 'green')
  const indices = await call(client.cat.indices({ format: 'json' }))
  assert.ok(indices.every((one) => /^stat-\d{8}$/.test(one.index)))
  const mapping = await call(client.indices.getMapping({ index: 'stat-*' }))
  assert.equal(Object.values(mapping)[0].mappings.properties.sa.type, 'ip')
  const caps = await call(client.fieldCaps({ index: 'stat-*', fields: '*' }))
  assert.ok(caps.fields.bytes.long.aggregatable)

  seen.count = (await call(client.count({ index: 'stat-*', body: { query: range } }))).count
  const found = await call(client.search({ index: 'stat-*', body: { query: range, size: 5, sort: [{ ts: 'desc' }], track_total_hits: true, aggs } }))
  assert.equal(found.hits.total.value, seen.count)
  assert.equal(found.hits.hits.length, 5)
  assert.equal(Object.keys(found.hits.hits[0]._source).slice(0, 22).join(' '),
    'ts ra din sa sp da dp sas das pr flg tos pps bps in out smk dmk nh ssn dsn asp')
  seen.aggregations = found.aggregations

  const id = found.hits.hits[0]._id
  const one = await call(client.get({ index: found.hits.hits[0]._index, id }))
  assert.deepEqual(one._source, found.hits.hits[0]._source)

  seen.scrolled = await scrolled(client, call)
  seen.pointInTime = await pointInTime(client, call, openSearch)

  const many = await call(client.msearch({
    body: [{ index: 'stat-*' }, { size: 0, query: range, track_total_hits: true }, { index: 'stat-*', ignore_unavailable: true }, { query: { nonsense: {} } }]
  }))
  assert.equal(many.responses[0].hits.total.value, seen.count)
  assert.equal(many.responses[1].error.type, 'parsing_exception')

  await refused(client.search({ index: 'stat-19990101', body: {} }), errors, 404, 'index_not_found_exception')
  await refused(client.search({ index: 'stat-*', body: { query: { nonsense: {} } } }), errors, 400, 'parsing_exception')
  await refused(client.search({ index: 'stat-*', body: { from: 9999, size: 100 } }), errors, 400)
  await refused(client.index({ index: 'stat-20260101', body: { sa: '10.0.0.1' } }), errors, 403, 'cluster_block_exception')
  return seen
}

async function refused (request, errors, status, type) {
  await assert.rejects(request, (error) => {
    assert.ok(error instanceof errors.ResponseError, String(error))
    assert.equal(error.statusCode, status)
    if (type) assert.equal(error.body.error.root_cause[0].type, type)
    return true
  })
}

async function scrolled (client, call) {
  let page = await call(client.search({ index: 'stat-*', scroll: '1m', size: 700, body: { query: range, sort: ['ts'] } }))
  const ids = new Set()
  let hits = 0
  while (page.hits.hits.length > 0) {
    hits += page.hits.hits.length
    for (const hit of page.hits.hits) ids.add(hit._id)
    page = await call(client.scroll({ body: { scroll_id: page._scroll_id, scroll: '1m' } }))
  }
  const cleared = await call(client.clearScroll({ body: { scroll_id: [page._scroll_id] } }))
  assert.equal(cleared.num_freed, 1)
  return { hits, ids: ids.size }
}

async function pointInTime (client, call, openSearch) {
  const pit = openSearch
    ? (await call(client.createPit({ index: ['stat-*'], keep_alive: '1m' }))).pit_id
    : (await call(client.openPointInTime({ index: 'stat-*', keep_alive: '1m' }))).id
  let after
  let hits = 0
  for (;;) {
    const body = { size: 900, query: range, sort: [{ sp: 'asc' }], pit: { id: pit, keep_alive: '1m' }, track_total_hits: false }
    if (after) body.search_after = after
    const page = await call(client.search({ body }))
    if (page.hits.hits.length === 0) break
    hits += page.hits.hits.length
    after = page.hits.hits.at(-1).sort
  }
  if (openSearch) await call(client.deletePit({ body: { pit_id: [pit] } }))
  else await call(client.closePointInTime({ id: pit }))
  return hits
}

/** What the clients bring beside the API itself. */
async function helpers (client) {
  const documents = await client.helpers.search({ index: 'stat-*', body: { query: range, size: 3 } })
  assert.equal(documents.length, 3)
  assert.ok(documents[0].sa)
  const search = { index: 'stat-*', size: 1000, body: { query: range } }
  let count = 0
  for await (const document of client.helpers.scrollDocuments(search)) count += document.ra ? 1 : 0
  let pages = 0
  for await (const page of client.helpers.scrollSearch(search)) {
    pages += 1
    if (pages === 2) await page.clear()
  }
  assert.ok(pages >= 1)
  const batch = client.helpers.msearch({ operations: 2, flushInterval: 10 })
  const answers = await Promise.all([1, 2, 3].map(() => batch.search({ index: 'stat-*' }, { query: range, size: 1 })))
  for (const answer of answers) assert.equal(answer.documents.length, 1)
  batch.stop()
  return count
}

const elastic = new Elastic({ node: url })
const openSearch = new OpenSearch({ node: url })
const out = {
  elastic: await walk(elastic, (promise) => promise, elasticErrors, false),
  openSearch: await walk(openSearch, async (promise) => (await promise).body, openSearchErrors, true)
}
out.elastic.documents = await helpers(elastic)
out.openSearch.documents = await helpers(openSearch)
await elastic.close()
await openSearch.close()
console.log(JSON.stringify(out))
