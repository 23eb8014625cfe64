// What the console offers to begin with.

export interface Example {
  name: string;
  text: string;
}

const SPAN_MS = 6_000_000;

/** The query of the old system's slides, over as long a time as there (100 minutes), up to now. */
function slides(now: number): string {
  return `GET _search
{
  "size": 1,
  "query": {
    "bool": {
      "must": [
        {
          "range": {
            "ts": {
              "gte": ${now - SPAN_MS},
              "lte": ${now},
              "format": "epoch_millis"
            }
          }
        },
        {
          "term": {
            "sa": {
              "value": "103.64.13.0/24"
            }
          }
        }
      ],
      "filter": [
        {
          "range": {
            "dp": {
              "gte": 0,
              "lte": 65535
            }
          }
        }
      ]
    }
  },
  "aggs": {
    "router_ip": {
      "terms": {
        "field": "ra"
      },
      "aggs": {
        "router_interface": {
          "terms": {
            "field": "in"
          }
        }
      }
    }
  }
}
`;
}

export function dslExamples(now: number): Example[] {
  return [
    { name: "Routers and interfaces of a network", text: slides(now) },
    {
      name: "Records by the minute",
      text: `GET stat-*/_search
{
  "size": 0,
  "query": { "range": { "ts": { "gte": "now-1h" } } },
  "aggs": {
    "minutes": {
      "date_histogram": { "field": "ts", "fixed_interval": "1m" },
      "aggs": { "octets": { "sum": { "field": "bytes" } } }
    }
  }
}
`,
    },
    {
      name: "The newest flows to a port",
      text: `GET _search
{
  "size": 10,
  "query": {
    "bool": {
      "filter": [
        { "term": { "pr": 6 } },
        { "term": { "dp": 443 } },
        { "range": { "ts": { "gte": "now-15m" } } }
      ]
    }
  },
  "sort": [{ "ts": "desc" }]
}
`,
    },
    { name: "Days that there are", text: "GET _cat/indices?v\n" },
    { name: "Fields and their types", text: "GET _mapping\n" },
  ];
}

export const SQL_EXAMPLES: Example[] = [
  {
    name: "Busiest sources of the last hour",
    text: `SELECT src_addr, sum(bytes * coalesce(sampling_rate, 1)) AS octets, count(*) AS records
FROM flows
WHERE time >= epoch_ms(now()) - 3600000
GROUP BY src_addr
ORDER BY octets DESC
LIMIT 20
`,
  },
  {
    name: "Traffic by the minute",
    text: `SELECT epoch_ms(time) AS minute, sum(bytes) * 8 / 60 AS bits_per_second
FROM rollup_1m
WHERE time >= epoch_ms(now()) - 3600000
GROUP BY minute
ORDER BY minute
`,
  },
  {
    name: "Sources with most destinations",
    text: `SELECT src_addr, count(DISTINCT dst_addr) AS destinations
FROM flows
WHERE time >= epoch_ms(now()) - 900000
GROUP BY src_addr
HAVING count(DISTINCT dst_addr) > 10
ORDER BY destinations DESC
LIMIT 50
`,
  },
  {
    name: "One network and one port",
    text: `SELECT epoch_ms(time) AS at, src_addr, dst_addr, bytes, packets
FROM flows
WHERE weir_in(src_addr, '103.64.13.0/24') AND dst_port = 443 AND time >= epoch_ms(now()) - 900000
ORDER BY time DESC
LIMIT 100
`,
  },
];
