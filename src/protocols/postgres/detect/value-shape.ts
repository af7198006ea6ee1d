// Types of values by what the net can do with them: leave them, put a token into them, or nothing but null.

/** Built-in types by their oids (pg_type.dat; they never change). */
export const oids = {
  /** text, varchar, bpchar, name, "unknown", citext and enums are not built in. */
  text: new Set([25, 1043, 1042, 19, 705, 2275, 142, 17, 1033, 3614, 3615, 4072, 194]),
  json: new Set([114, 3802]),
  /** Arrays of texts. */
  texts: new Set([1009, 1015, 1014, 1003, 1002]),
  /** Numbers, dates, networks, identifiers and shapes, and arrays and ranges of them: no detector's value is one of these. */
  skip: new Set([
    ...[16, 18, 20, 21, 22, 23, 24, 26, 27, 28, 29, 30, 700, 701, 790, 1700, 2950, 5069],
    ...[1082, 1083, 1114, 1184, 1186, 1266, 1560, 1562, 650, 829, 774, 869, 3220],
    ...[600, 601, 602, 603, 604, 628, 718, 2202, 2203, 2204, 2205, 2206, 3734, 3769, 4089, 4096, 4191],
    ...[
      1000, 1005, 1006, 1007, 1010, 1011, 1012, 1013, 1016, 1021, 1022, 1028, 1231, 1115, 1182, 1183, 1185, 1187, 2951,
    ],
    ...[3904, 3906, 3908, 3910, 3912, 3926, 3905, 3907, 3909, 3911, 3913, 3927, 4451, 4532, 4533, 4534, 4535, 4536],
    2278,
  ]),
} as const

/** `skip` = not looked at; `text`, `json`, `texts` take tokens; `other` becomes null where something is found. */
export type Shape = 'skip' | 'text' | 'json' | 'texts' | 'other'

export function shapeOf(typeOid: number): Shape {
  if (oids.skip.has(typeOid)) return 'skip'
  if (oids.text.has(typeOid)) return 'text'
  if (oids.json.has(typeOid)) return 'json'
  return oids.texts.has(typeOid) ? 'texts' : 'other'
}
