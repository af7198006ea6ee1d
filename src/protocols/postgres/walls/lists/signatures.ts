// What statements may use of PostgreSQL: + may, - may not; behind @ the majors of a line that not all of them have.
// Written by scripts/lists.ts, reviewed by people.
export const reviewedMajors: readonly number[] = [13, 14, 15, 16, 17, 18]
export const signatures = `
-RI_FKey_cascade_del()
-RI_FKey_cascade_upd()
-RI_FKey_check_ins()
-RI_FKey_check_upd()
-RI_FKey_noaction_del()
-RI_FKey_noaction_upd()
-RI_FKey_restrict_del()
-RI_FKey_restrict_upd()
-RI_FKey_setdefault_del()
-RI_FKey_setdefault_upd()
-RI_FKey_setnull_del()
-RI_FKey_setnull_upd()
+abbrev(cidr)
+abbrev(inet)
+abs(bigint)
+abs(double precision)
+abs(integer)
+abs(numeric)
+abs(real)
+abs(smallint)
+aclcontains(aclitem[], aclitem)
+acldefault("char", oid)
+aclexplode(acl aclitem[], OUT grantor oid, OUT grantee oid, OUT privilege_type text, OUT is_grantable boolean)
+aclinsert(aclitem[], aclitem)
+aclitemeq(aclitem, aclitem)
-aclitemin(cstring)
-aclitemout(aclitem)
+aclremove(aclitem[], aclitem)
+acos(double precision)
+acosd(double precision)
+acosh(double precision)
+age(timestamp with time zone)
+age(timestamp with time zone, timestamp with time zone)
+age(timestamp without time zone)
+age(timestamp without time zone, timestamp without time zone)
+age(xid)
-amvalidate(oid)
-any_in(cstring)
-any_out("any")
+any_value(anyelement) @16-18
+any_value_transfn(anyelement, anyelement) @16-18
-anyarray_in(cstring)
-anyarray_out(anyarray)
-anyarray_recv(internal)
-anyarray_send(anyarray)
-anycompatible_in(cstring)
-anycompatible_out(anycompatible)
-anycompatiblearray_in(cstring)
-anycompatiblearray_out(anycompatiblearray)
-anycompatiblearray_recv(internal)
-anycompatiblearray_send(anycompatiblearray)
-anycompatiblemultirange_in(cstring, oid, integer) @14-18
-anycompatiblemultirange_out(anycompatiblemultirange) @14-18
-anycompatiblenonarray_in(cstring)
-anycompatiblenonarray_out(anycompatiblenonarray)
-anycompatiblerange_in(cstring, oid, integer)
-anycompatiblerange_out(anycompatiblerange)
-anyelement_in(cstring)
-anyelement_out(anyelement)
-anyenum_in(cstring)
-anyenum_out(anyenum)
-anymultirange_in(cstring, oid, integer) @14-18
-anymultirange_out(anymultirange) @14-18
-anynonarray_in(cstring)
-anynonarray_out(anynonarray)
-anyrange_in(cstring, oid, integer)
-anyrange_out(anyrange)
+anytextcat(anynonarray, text)
+area(box)
+area(circle)
+area(path)
-areajoinsel(internal, oid, internal, smallint, internal)
-areasel(internal, oid, internal, integer)
+array_agg(anyarray)
+array_agg(anynonarray)
-array_agg_array_combine(internal, internal) @16-18
-array_agg_array_deserialize(bytea, internal) @16-18
-array_agg_array_finalfn(internal, anyarray)
-array_agg_array_serialize(internal) @16-18
-array_agg_array_transfn(internal, anyarray)
-array_agg_combine(internal, internal) @16-18
-array_agg_deserialize(bytea, internal) @16-18
-array_agg_finalfn(internal, anynonarray)
-array_agg_serialize(internal) @16-18
-array_agg_transfn(internal, anynonarray)
+array_append(anyarray, anyelement) @13
+array_append(anycompatiblearray, anycompatible) @14-18
-array_append_support(internal) @18
+array_cat(anyarray, anyarray) @13
+array_cat(anycompatiblearray, anycompatiblearray) @14-18
+array_dims(anyarray)
+array_eq(anyarray, anyarray)
+array_fill(anyelement, integer[])
+array_fill(anyelement, integer[], integer[])
+array_ge(anyarray, anyarray)
+array_gt(anyarray, anyarray)
-array_in(cstring, oid, integer)
+array_larger(anyarray, anyarray)
+array_le(anyarray, anyarray)
+array_length(anyarray, integer)
+array_lower(anyarray, integer)
+array_lt(anyarray, anyarray)
+array_ndims(anyarray)
+array_ne(anyarray, anyarray)
-array_out(anyarray)
+array_position(anyarray, anyelement) @13
+array_position(anyarray, anyelement, integer) @13
+array_position(anycompatiblearray, anycompatible) @14-18
+array_position(anycompatiblearray, anycompatible, integer) @14-18
+array_positions(anyarray, anyelement) @13
+array_positions(anycompatiblearray, anycompatible) @14-18
+array_prepend(anycompatible, anycompatiblearray) @14-18
+array_prepend(anyelement, anyarray) @13
-array_prepend_support(internal) @18
-array_recv(internal, oid, integer)
+array_remove(anyarray, anyelement) @13
+array_remove(anycompatiblearray, anycompatible) @14-18
+array_replace(anyarray, anyelement, anyelement) @13
+array_replace(anycompatiblearray, anycompatible, anycompatible) @14-18
+array_reverse(anyarray) @18
-array_sample(anyarray, integer) @16-18
-array_send(anyarray)
-array_shuffle(anyarray) @16-18
+array_smaller(anyarray, anyarray)
+array_sort("array" anyarray, descending boolean) @18
+array_sort("array" anyarray, descending boolean, nulls_first boolean) @18
+array_sort(anyarray) @18
-array_subscript_handler(internal) @14-18
-array_subscript_handler_support(internal) @18
+array_to_json(anyarray)
+array_to_json(anyarray, boolean)
+array_to_string(anyarray, text)
+array_to_string(anyarray, text, text)
+array_to_tsvector(text[])
-array_typanalyze(internal)
-array_unnest_support(internal)
+array_upper(anyarray, integer)
+arraycontained(anyarray, anyarray)
+arraycontains(anyarray, anyarray)
-arraycontjoinsel(internal, oid, internal, smallint, internal)
-arraycontsel(internal, oid, internal, integer)
+arrayoverlap(anyarray, anyarray)
+ascii(text)
+asin(double precision)
+asind(double precision)
+asinh(double precision)
+atan(double precision)
+atan2(double precision, double precision)
+atan2d(double precision, double precision)
+atand(double precision)
+atanh(double precision)
+avg(bigint)
+avg(double precision)
+avg(integer)
+avg(interval)
+avg(numeric)
+avg(real)
+avg(smallint)
-bernoulli(internal)
-big5_to_euc_tw(integer, integer, cstring, internal, integer) @13
-big5_to_euc_tw(integer, integer, cstring, internal, integer, boolean) @14-18
-big5_to_mic(integer, integer, cstring, internal, integer) @13
-big5_to_mic(integer, integer, cstring, internal, integer, boolean) @14-18
-big5_to_utf8(integer, integer, cstring, internal, integer) @13
-big5_to_utf8(integer, integer, cstring, internal, integer, boolean) @14-18
-binary_upgrade_add_sub_rel_state(text, oid, "char", pg_lsn) @17-18
-binary_upgrade_create_empty_extension(text, text, boolean, text, oid[], text[], text[])
-binary_upgrade_logical_slot_has_caught_up(name) @17-18
-binary_upgrade_replorigin_advance(text, pg_lsn) @17-18
-binary_upgrade_set_missing_value(oid, text, text)
-binary_upgrade_set_next_array_pg_type_oid(oid)
-binary_upgrade_set_next_attribute_versions(pg_lsn[]) @15
-binary_upgrade_set_next_heap_pg_class_oid(oid)
-binary_upgrade_set_next_heap_relfilenode(oid) @15-18
-binary_upgrade_set_next_index_pg_class_oid(oid)
-binary_upgrade_set_next_index_relfilenode(oid) @15-18
-binary_upgrade_set_next_multirange_array_pg_type_oid(oid) @14-18
-binary_upgrade_set_next_multirange_pg_type_oid(oid) @14-18
-binary_upgrade_set_next_pg_authid_oid(oid)
-binary_upgrade_set_next_pg_enum_oid(oid)
-binary_upgrade_set_next_pg_tablespace_oid(oid) @15-18
-binary_upgrade_set_next_pg_type_oid(oid)
-binary_upgrade_set_next_toast_pg_class_oid(oid)
-binary_upgrade_set_next_toast_pg_type_oid(oid) @13
-binary_upgrade_set_next_toast_relfilenode(oid) @15-18
-binary_upgrade_set_record_init_privs(boolean)
+bit(bigint, integer)
+bit(bit, integer, boolean)
+bit(integer, integer)
+bit_and(bigint)
+bit_and(bit)
+bit_and(integer)
+bit_and(smallint)
+bit_count(bit) @14-18
+bit_count(bytea) @14-18
-bit_in(cstring, oid, integer)
+bit_length(bit)
+bit_length(bytea)
+bit_length(text)
+bit_or(bigint)
+bit_or(bit)
+bit_or(integer)
+bit_or(smallint)
-bit_out(bit)
-bit_recv(internal, oid, integer)
-bit_send(bit)
+bit_xor(bigint) @14-18
+bit_xor(bit) @14-18
+bit_xor(integer) @14-18
+bit_xor(smallint) @14-18
+bitand(bit, bit)
+bitcat(bit varying, bit varying)
+bitcmp(bit, bit)
+biteq(bit, bit)
+bitge(bit, bit)
+bitgt(bit, bit)
+bitle(bit, bit)
+bitlt(bit, bit)
+bitne(bit, bit)
+bitnot(bit)
+bitor(bit, bit)
+bitshiftleft(bit, integer)
+bitshiftright(bit, integer)
+bittypmodin(cstring[])
-bittypmodout(integer)
+bitxor(bit, bit)
+bool(integer)
+bool(jsonb)
-bool_accum(internal, boolean)
-bool_accum_inv(internal, boolean)
-bool_alltrue(internal)
+bool_and(boolean)
-bool_anytrue(internal)
+bool_or(boolean)
+booland_statefunc(boolean, boolean)
+booleq(boolean, boolean)
+boolge(boolean, boolean)
+boolgt(boolean, boolean)
-boolin(cstring)
+boolle(boolean, boolean)
+boollt(boolean, boolean)
+boolne(boolean, boolean)
+boolor_statefunc(boolean, boolean)
-boolout(boolean)
-boolrecv(internal)
-boolsend(boolean)
+bound_box(box, box)
+box(circle)
+box(point)
+box(point, point)
+box(polygon)
+box_above(box, box)
+box_above_eq(box, box)
+box_add(box, point)
+box_below(box, box)
+box_below_eq(box, box)
+box_center(box)
+box_contain(box, box)
+box_contain_pt(box, point)
+box_contained(box, box)
+box_distance(box, box)
+box_div(box, point)
+box_eq(box, box)
+box_ge(box, box)
+box_gt(box, box)
-box_in(cstring)
+box_intersect(box, box)
+box_le(box, box)
+box_left(box, box)
+box_lt(box, box)
+box_mul(box, point)
-box_out(box)
+box_overabove(box, box)
+box_overbelow(box, box)
+box_overlap(box, box)
+box_overleft(box, box)
+box_overright(box, box)
-box_recv(internal)
+box_right(box, box)
+box_same(box, box)
-box_send(box)
+box_sub(box, point)
+bpchar("char")
+bpchar(character, integer, boolean)
+bpchar(name)
+bpchar_larger(character, character)
+bpchar_pattern_ge(character, character)
+bpchar_pattern_gt(character, character)
+bpchar_pattern_le(character, character)
+bpchar_pattern_lt(character, character)
+bpchar_smaller(character, character)
-bpchar_sortsupport(internal)
+bpcharcmp(character, character)
+bpchareq(character, character)
+bpcharge(character, character)
+bpchargt(character, character)
+bpchariclike(character, text)
+bpcharicnlike(character, text)
+bpcharicregexeq(character, text)
+bpcharicregexne(character, text)
-bpcharin(cstring, oid, integer)
+bpcharle(character, character)
+bpcharlike(character, text)
+bpcharlt(character, character)
+bpcharne(character, character)
+bpcharnlike(character, text)
-bpcharout(character)
-bpcharrecv(internal, oid, integer)
+bpcharregexeq(character, text)
+bpcharregexne(character, text)
-bpcharsend(character)
+bpchartypmodin(cstring[])
-bpchartypmodout(integer)
-brin_bloom_add_value(internal, internal, internal, internal) @14-18
-brin_bloom_consistent(internal, internal, internal, integer) @14-18
-brin_bloom_opcinfo(internal) @14-18
-brin_bloom_options(internal) @14-18
-brin_bloom_summary_in(cstring) @14-18
-brin_bloom_summary_out(pg_brin_bloom_summary) @14-18
-brin_bloom_summary_recv(internal) @14-18
-brin_bloom_summary_send(pg_brin_bloom_summary) @14-18
-brin_bloom_union(internal, internal, internal) @14-18
-brin_desummarize_range(regclass, bigint)
-brin_inclusion_add_value(internal, internal, internal, internal)
-brin_inclusion_consistent(internal, internal, internal)
-brin_inclusion_opcinfo(internal)
-brin_inclusion_union(internal, internal, internal)
-brin_minmax_add_value(internal, internal, internal, internal)
-brin_minmax_consistent(internal, internal, internal)
-brin_minmax_multi_add_value(internal, internal, internal, internal) @14-18
-brin_minmax_multi_consistent(internal, internal, internal, integer) @14-18
-brin_minmax_multi_distance_date(internal, internal) @14-18
-brin_minmax_multi_distance_float4(internal, internal) @14-18
-brin_minmax_multi_distance_float8(internal, internal) @14-18
-brin_minmax_multi_distance_inet(internal, internal) @14-18
-brin_minmax_multi_distance_int2(internal, internal) @14-18
-brin_minmax_multi_distance_int4(internal, internal) @14-18
-brin_minmax_multi_distance_int8(internal, internal) @14-18
-brin_minmax_multi_distance_interval(internal, internal) @14-18
-brin_minmax_multi_distance_macaddr(internal, internal) @14-18
-brin_minmax_multi_distance_macaddr8(internal, internal) @14-18
-brin_minmax_multi_distance_numeric(internal, internal) @14-18
-brin_minmax_multi_distance_pg_lsn(internal, internal) @14-18
-brin_minmax_multi_distance_tid(internal, internal) @14-18
-brin_minmax_multi_distance_time(internal, internal) @14-18
-brin_minmax_multi_distance_timestamp(internal, internal) @14-18
-brin_minmax_multi_distance_timetz(internal, internal) @14-18
-brin_minmax_multi_distance_uuid(internal, internal) @14-18
-brin_minmax_multi_opcinfo(internal) @14-18
-brin_minmax_multi_options(internal) @14-18
-brin_minmax_multi_summary_in(cstring) @14-18
-brin_minmax_multi_summary_out(pg_brin_minmax_multi_summary) @14-18
-brin_minmax_multi_summary_recv(internal) @14-18
-brin_minmax_multi_summary_send(pg_brin_minmax_multi_summary) @14-18
-brin_minmax_multi_union(internal, internal, internal) @14-18
-brin_minmax_opcinfo(internal)
-brin_minmax_union(internal, internal, internal)
-brin_summarize_new_values(regclass)
-brin_summarize_range(regclass, bigint)
-brinhandler(internal)
+broadcast(inet)
+btarraycmp(anyarray, anyarray)
+btboolcmp(boolean, boolean)
-btboolskipsupport(internal) @18
+btbpchar_pattern_cmp(character, character)
-btbpchar_pattern_sortsupport(internal)
+btcharcmp("char", "char")
-btcharskipsupport(internal) @18
+btequalimage(oid)
+btfloat48cmp(real, double precision)
+btfloat4cmp(real, real)
-btfloat4sortsupport(internal)
+btfloat84cmp(double precision, real)
+btfloat8cmp(double precision, double precision)
-btfloat8sortsupport(internal)
-bthandler(internal)
+btint24cmp(smallint, integer)
+btint28cmp(smallint, bigint)
+btint2cmp(smallint, smallint)
-btint2skipsupport(internal) @18
-btint2sortsupport(internal)
+btint42cmp(integer, smallint)
+btint48cmp(integer, bigint)
+btint4cmp(integer, integer)
-btint4skipsupport(internal) @18
-btint4sortsupport(internal)
+btint82cmp(bigint, smallint)
+btint84cmp(bigint, integer)
+btint8cmp(bigint, bigint)
-btint8skipsupport(internal) @18
-btint8sortsupport(internal)
+btnamecmp(name, name)
-btnamesortsupport(internal)
+btnametextcmp(name, text)
+btoidcmp(oid, oid)
-btoidskipsupport(internal) @18
-btoidsortsupport(internal)
+btoidvectorcmp(oidvector, oidvector)
+btrecordcmp(record, record)
+btrecordimagecmp(record, record)
+btrim(bytea, bytea)
+btrim(text)
+btrim(text, text)
+bttext_pattern_cmp(text, text)
-bttext_pattern_sortsupport(internal)
+bttextcmp(text, text)
+bttextnamecmp(text, name)
-bttextsortsupport(internal)
+bttidcmp(tid, tid)
+btvarstrequalimage(oid)
+bytea(bigint) @18
+bytea(integer) @18
+bytea(smallint) @18
+bytea_larger(bytea, bytea) @18
+bytea_smaller(bytea, bytea) @18
-bytea_sortsupport(internal)
-bytea_string_agg_finalfn(internal)
-bytea_string_agg_transfn(internal, bytea, bytea)
+byteacat(bytea, bytea)
+byteacmp(bytea, bytea)
+byteaeq(bytea, bytea)
+byteage(bytea, bytea)
+byteagt(bytea, bytea)
-byteain(cstring)
+byteale(bytea, bytea)
+bytealike(bytea, bytea)
+bytealt(bytea, bytea)
+byteane(bytea, bytea)
+byteanlike(bytea, bytea)
-byteaout(bytea)
-bytearecv(internal)
-byteasend(bytea)
+cardinality(anyarray)
+casefold(text) @18
+cash_cmp(money, money)
+cash_div_cash(money, money)
+cash_div_flt4(money, real)
+cash_div_flt8(money, double precision)
+cash_div_int2(money, smallint)
+cash_div_int4(money, integer)
+cash_div_int8(money, bigint)
+cash_eq(money, money)
+cash_ge(money, money)
+cash_gt(money, money)
-cash_in(cstring)
+cash_le(money, money)
+cash_lt(money, money)
+cash_mi(money, money)
+cash_mul_flt4(money, real)
+cash_mul_flt8(money, double precision)
+cash_mul_int2(money, smallint)
+cash_mul_int4(money, integer)
+cash_mul_int8(money, bigint)
+cash_ne(money, money)
-cash_out(money)
+cash_pl(money, money)
-cash_recv(internal)
-cash_send(money)
+cash_words(money)
+cashlarger(money, money)
+cashsmaller(money, money)
+cbrt(double precision)
+ceil(double precision)
+ceil(numeric)
+ceiling(double precision)
+ceiling(numeric)
+center(box)
+center(circle)
+char(integer)
+char(text)
+char_length(character)
+char_length(text)
+character_length(character)
+character_length(text)
+chareq("char", "char")
+charge("char", "char")
+chargt("char", "char")
-charin(cstring)
+charle("char", "char")
+charlt("char", "char")
+charne("char", "char")
-charout("char")
-charrecv(internal)
-charsend("char")
+chr(integer)
+cideq(cid, cid)
-cidin(cstring)
-cidout(cid)
+cidr(inet)
-cidr_in(cstring)
-cidr_out(cidr)
-cidr_recv(internal)
-cidr_send(cidr)
-cidrecv(internal)
-cidsend(cid)
+circle(box)
+circle(point, double precision)
+circle(polygon)
+circle_above(circle, circle)
+circle_add_pt(circle, point)
+circle_below(circle, circle)
+circle_center(circle)
+circle_contain(circle, circle)
+circle_contain_pt(circle, point)
+circle_contained(circle, circle)
+circle_distance(circle, circle)
+circle_div_pt(circle, point)
+circle_eq(circle, circle)
+circle_ge(circle, circle)
+circle_gt(circle, circle)
-circle_in(cstring)
+circle_le(circle, circle)
+circle_left(circle, circle)
+circle_lt(circle, circle)
+circle_mul_pt(circle, point)
+circle_ne(circle, circle)
-circle_out(circle)
+circle_overabove(circle, circle)
+circle_overbelow(circle, circle)
+circle_overlap(circle, circle)
+circle_overleft(circle, circle)
+circle_overright(circle, circle)
-circle_recv(internal)
+circle_right(circle, circle)
+circle_same(circle, circle)
-circle_send(circle)
+circle_sub_pt(circle, point)
+clock_timestamp()
+close_lb(line, box) @13-14
+close_ls(line, lseg)
+close_lseg(lseg, lseg)
+close_pb(point, box)
+close_pl(point, line)
+close_ps(point, lseg)
+close_sb(lseg, box)
+close_sl(lseg, line) @13-14
+col_description(oid, integer)
+concat(VARIADIC "any")
+concat_ws(text, VARIADIC "any")
-contjoinsel(internal, oid, internal, smallint, internal)
-contsel(internal, oid, internal, integer)
+convert(bytea, name, name)
+convert_from(bytea, name)
+convert_to(text, name)
+corr(double precision, double precision)
+cos(double precision)
+cosd(double precision)
+cosh(double precision)
+cot(double precision)
+cotd(double precision)
+count("any")
+count()
+covar_pop(double precision, double precision)
+covar_samp(double precision, double precision)
+crc32(bytea) @18
+crc32c(bytea) @18
-cstring_in(cstring)
-cstring_out(cstring)
-cstring_recv(internal)
-cstring_send(cstring)
+cume_dist()
+cume_dist(VARIADIC "any" ORDER BY VARIADIC "any")
-cume_dist_final(internal, VARIADIC "any")
+current_database()
-current_query()
+current_schema()
+current_schemas(boolean)
+current_setting(text)
+current_setting(text, boolean)
+current_user()
-currtid(oid, tid) @13
-currtid2(text, tid)
-currval(regclass)
-cursor_to_xml(cursor refcursor, count integer, nulls boolean, tableforest boolean, targetns text)
-cursor_to_xmlschema(cursor refcursor, nulls boolean, tableforest boolean, targetns text)
-database_to_xml(nulls boolean, tableforest boolean, targetns text)
-database_to_xml_and_xmlschema(nulls boolean, tableforest boolean, targetns text)
-database_to_xmlschema(nulls boolean, tableforest boolean, targetns text)
+date(timestamp with time zone)
+date(timestamp without time zone)
+date_add(timestamp with time zone, interval) @16-18
+date_add(timestamp with time zone, interval, text) @16-18
+date_bin(interval, timestamp with time zone, timestamp with time zone) @14-18
+date_bin(interval, timestamp without time zone, timestamp without time zone) @14-18
+date_cmp(date, date)
+date_cmp_timestamp(date, timestamp without time zone)
+date_cmp_timestamptz(date, timestamp with time zone)
+date_eq(date, date)
+date_eq_timestamp(date, timestamp without time zone)
+date_eq_timestamptz(date, timestamp with time zone)
+date_ge(date, date)
+date_ge_timestamp(date, timestamp without time zone)
+date_ge_timestamptz(date, timestamp with time zone)
+date_gt(date, date)
+date_gt_timestamp(date, timestamp without time zone)
+date_gt_timestamptz(date, timestamp with time zone)
-date_in(cstring)
+date_larger(date, date)
+date_le(date, date)
+date_le_timestamp(date, timestamp without time zone)
+date_le_timestamptz(date, timestamp with time zone)
+date_lt(date, date)
+date_lt_timestamp(date, timestamp without time zone)
+date_lt_timestamptz(date, timestamp with time zone)
+date_mi(date, date)
+date_mi_interval(date, interval)
+date_mii(date, integer)
+date_ne(date, date)
+date_ne_timestamp(date, timestamp without time zone)
+date_ne_timestamptz(date, timestamp with time zone)
-date_out(date)
+date_part(text, date)
+date_part(text, interval)
+date_part(text, time with time zone)
+date_part(text, time without time zone)
+date_part(text, timestamp with time zone)
+date_part(text, timestamp without time zone)
+date_pl_interval(date, interval)
+date_pli(date, integer)
-date_recv(internal)
-date_send(date)
-date_skipsupport(internal) @18
+date_smaller(date, date)
-date_sortsupport(internal)
+date_subtract(timestamp with time zone, interval) @16-18
+date_subtract(timestamp with time zone, interval, text) @16-18
+date_trunc(text, interval)
+date_trunc(text, timestamp with time zone)
+date_trunc(text, timestamp with time zone, text)
+date_trunc(text, timestamp without time zone)
+datemultirange() @14-18
+datemultirange(VARIADIC daterange[]) @14-18
+datemultirange(daterange) @14-18
+daterange(date, date)
+daterange(date, date, text)
+daterange_canonical(daterange)
+daterange_subdiff(date, date)
+datetime_pl(date, time without time zone)
+datetimetz_pl(date, time with time zone)
+dcbrt(double precision)
+decode(text, text)
+degrees(double precision)
+dense_rank()
+dense_rank(VARIADIC "any" ORDER BY VARIADIC "any")
-dense_rank_final(internal, VARIADIC "any")
+dexp(double precision)
+diagonal(box)
+diameter(circle)
-dispell_init(internal)
-dispell_lexize(internal, internal, internal, internal)
+dist_bl(box, line) @13-14
+dist_bp(box, point)
+dist_bs(box, lseg)
+dist_cpoint(circle, point)
+dist_cpoly(circle, polygon)
+dist_lb(line, box) @13-14
+dist_lp(line, point)
+dist_ls(line, lseg)
+dist_pathp(path, point)
+dist_pb(point, box)
+dist_pc(point, circle)
+dist_pl(point, line)
+dist_polyc(polygon, circle)
+dist_polyp(polygon, point)
+dist_ppath(point, path)
+dist_ppoly(point, polygon)
+dist_ps(point, lseg)
+dist_sb(lseg, box)
+dist_sl(lseg, line)
+dist_sp(lseg, point)
+div(numeric, numeric)
+dlog1(double precision)
+dlog10(double precision)
-domain_in(cstring, oid, integer)
-domain_recv(internal, oid, integer)
+dpow(double precision, double precision)
+dround(double precision)
-dsimple_init(internal)
-dsimple_lexize(internal, internal, internal, internal)
-dsnowball_init(internal)
-dsnowball_lexize(internal, internal, internal, internal)
+dsqrt(double precision)
-dsynonym_init(internal)
-dsynonym_lexize(internal, internal, internal, internal)
+dtrunc(double precision)
+elem_contained_by_multirange(anyelement, anymultirange) @14-18
+elem_contained_by_range(anyelement, anyrange)
-elem_contained_by_range_support(internal) @17-18
+encode(bytea, text)
+enum_cmp(anyenum, anyenum)
+enum_eq(anyenum, anyenum)
+enum_first(anyenum)
+enum_ge(anyenum, anyenum)
+enum_gt(anyenum, anyenum)
-enum_in(cstring, oid)
+enum_larger(anyenum, anyenum)
+enum_last(anyenum)
+enum_le(anyenum, anyenum)
+enum_lt(anyenum, anyenum)
+enum_ne(anyenum, anyenum)
-enum_out(anyenum)
+enum_range(anyenum)
+enum_range(anyenum, anyenum)
-enum_recv(internal, oid)
+enum_send(anyenum)
+enum_smaller(anyenum, anyenum)
-eqjoinsel(internal, oid, internal, smallint, internal)
-eqsel(internal, oid, internal, integer)
+erf(double precision) @16-18
+erfc(double precision) @16-18
-euc_cn_to_mic(integer, integer, cstring, internal, integer) @13
-euc_cn_to_mic(integer, integer, cstring, internal, integer, boolean) @14-18
-euc_cn_to_utf8(integer, integer, cstring, internal, integer) @13
-euc_cn_to_utf8(integer, integer, cstring, internal, integer, boolean) @14-18
-euc_jis_2004_to_shift_jis_2004(integer, integer, cstring, internal, integer) @13
-euc_jis_2004_to_shift_jis_2004(integer, integer, cstring, internal, integer, boolean) @14-18
-euc_jis_2004_to_utf8(integer, integer, cstring, internal, integer) @13
-euc_jis_2004_to_utf8(integer, integer, cstring, internal, integer, boolean) @14-18
-euc_jp_to_mic(integer, integer, cstring, internal, integer) @13
-euc_jp_to_mic(integer, integer, cstring, internal, integer, boolean) @14-18
-euc_jp_to_sjis(integer, integer, cstring, internal, integer) @13
-euc_jp_to_sjis(integer, integer, cstring, internal, integer, boolean) @14-18
-euc_jp_to_utf8(integer, integer, cstring, internal, integer) @13
-euc_jp_to_utf8(integer, integer, cstring, internal, integer, boolean) @14-18
-euc_kr_to_mic(integer, integer, cstring, internal, integer) @13
-euc_kr_to_mic(integer, integer, cstring, internal, integer, boolean) @14-18
-euc_kr_to_utf8(integer, integer, cstring, internal, integer) @13
-euc_kr_to_utf8(integer, integer, cstring, internal, integer, boolean) @14-18
-euc_tw_to_big5(integer, integer, cstring, internal, integer) @13
-euc_tw_to_big5(integer, integer, cstring, internal, integer, boolean) @14-18
-euc_tw_to_mic(integer, integer, cstring, internal, integer) @13
-euc_tw_to_mic(integer, integer, cstring, internal, integer, boolean) @14-18
-euc_tw_to_utf8(integer, integer, cstring, internal, integer) @13
-euc_tw_to_utf8(integer, integer, cstring, internal, integer, boolean) @14-18
-event_trigger_in(cstring)
-event_trigger_out(event_trigger)
+every(boolean)
+exp(double precision)
+exp(numeric)
+extract(text, date) @14-18
+extract(text, interval) @14-18
+extract(text, time with time zone) @14-18
+extract(text, time without time zone) @14-18
+extract(text, timestamp with time zone) @14-18
+extract(text, timestamp without time zone) @14-18
+factorial(bigint)
+family(inet)
-fdw_handler_in(cstring)
-fdw_handler_out(fdw_handler)
+first_value(anyelement)
+float4(bigint)
+float4(double precision)
+float4(integer)
+float4(jsonb)
+float4(numeric)
+float4(smallint)
+float48div(real, double precision)
+float48eq(real, double precision)
+float48ge(real, double precision)
+float48gt(real, double precision)
+float48le(real, double precision)
+float48lt(real, double precision)
+float48mi(real, double precision)
+float48mul(real, double precision)
+float48ne(real, double precision)
+float48pl(real, double precision)
+float4_accum(double precision[], real)
+float4abs(real)
+float4div(real, real)
+float4eq(real, real)
+float4ge(real, real)
+float4gt(real, real)
-float4in(cstring)
+float4larger(real, real)
+float4le(real, real)
+float4lt(real, real)
+float4mi(real, real)
+float4mul(real, real)
+float4ne(real, real)
-float4out(real)
+float4pl(real, real)
-float4recv(internal)
-float4send(real)
+float4smaller(real, real)
+float4um(real)
+float4up(real)
+float8(bigint)
+float8(integer)
+float8(jsonb)
+float8(numeric)
+float8(real)
+float8(smallint)
+float84div(double precision, real)
+float84eq(double precision, real)
+float84ge(double precision, real)
+float84gt(double precision, real)
+float84le(double precision, real)
+float84lt(double precision, real)
+float84mi(double precision, real)
+float84mul(double precision, real)
+float84ne(double precision, real)
+float84pl(double precision, real)
+float8_accum(double precision[], double precision)
+float8_avg(double precision[])
+float8_combine(double precision[], double precision[])
+float8_corr(double precision[])
+float8_covar_pop(double precision[])
+float8_covar_samp(double precision[])
+float8_regr_accum(double precision[], double precision, double precision)
+float8_regr_avgx(double precision[])
+float8_regr_avgy(double precision[])
+float8_regr_combine(double precision[], double precision[])
+float8_regr_intercept(double precision[])
+float8_regr_r2(double precision[])
+float8_regr_slope(double precision[])
+float8_regr_sxx(double precision[])
+float8_regr_sxy(double precision[])
+float8_regr_syy(double precision[])
+float8_stddev_pop(double precision[])
+float8_stddev_samp(double precision[])
+float8_var_pop(double precision[])
+float8_var_samp(double precision[])
+float8abs(double precision)
+float8div(double precision, double precision)
+float8eq(double precision, double precision)
+float8ge(double precision, double precision)
+float8gt(double precision, double precision)
-float8in(cstring)
+float8larger(double precision, double precision)
+float8le(double precision, double precision)
+float8lt(double precision, double precision)
+float8mi(double precision, double precision)
+float8mul(double precision, double precision)
+float8ne(double precision, double precision)
-float8out(double precision)
+float8pl(double precision, double precision)
-float8recv(internal)
-float8send(double precision)
+float8smaller(double precision, double precision)
+float8um(double precision)
+float8up(double precision)
+floor(double precision)
+floor(numeric)
+flt4_mul_cash(real, money)
+flt8_mul_cash(double precision, money)
+fmgr_c_validator(oid)
+fmgr_internal_validator(oid)
+fmgr_sql_validator(oid)
+format(text)
+format(text, VARIADIC "any")
+format_type(oid, integer)
+gamma(double precision) @18
-gb18030_to_utf8(integer, integer, cstring, internal, integer) @13
-gb18030_to_utf8(integer, integer, cstring, internal, integer, boolean) @14-18
-gbk_to_utf8(integer, integer, cstring, internal, integer) @13
-gbk_to_utf8(integer, integer, cstring, internal, integer, boolean) @14-18
+gcd(bigint, bigint)
+gcd(integer, integer)
+gcd(numeric, numeric)
+gen_random_uuid()
+generate_series(bigint, bigint)
+generate_series(bigint, bigint, bigint)
+generate_series(integer, integer)
+generate_series(integer, integer, integer)
+generate_series(numeric, numeric)
+generate_series(numeric, numeric, numeric)
+generate_series(timestamp with time zone, timestamp with time zone, interval)
+generate_series(timestamp with time zone, timestamp with time zone, interval, text) @16-18
+generate_series(timestamp without time zone, timestamp without time zone, interval)
-generate_series_int4_support(internal)
-generate_series_int8_support(internal)
-generate_series_numeric_support(internal) @18
-generate_series_timestamp_support(internal) @18
+generate_subscripts(anyarray, integer)
+generate_subscripts(anyarray, integer, boolean)
+get_bit(bit, integer)
+get_bit(bytea, bigint)
+get_byte(bytea, integer)
+get_current_ts_config()
+getdatabaseencoding()
+getpgusername()
-gin_clean_pending_list(regclass)
-gin_cmp_prefix(text, text, smallint, internal)
+gin_cmp_tslexeme(text, text)
+gin_compare_jsonb(text, text)
-gin_consistent_jsonb(internal, smallint, jsonb, integer, internal, internal, internal, internal)
-gin_consistent_jsonb_path(internal, smallint, jsonb, integer, internal, internal, internal, internal)
-gin_extract_jsonb(jsonb, internal, internal)
-gin_extract_jsonb_path(jsonb, internal, internal)
-gin_extract_jsonb_query(jsonb, internal, smallint, internal, internal, internal, internal)
-gin_extract_jsonb_query_path(jsonb, internal, smallint, internal, internal, internal, internal)
-gin_extract_tsquery(tsquery, internal, smallint, internal, internal)
-gin_extract_tsquery(tsquery, internal, smallint, internal, internal, internal, internal)
-gin_extract_tsquery(tsvector, internal, smallint, internal, internal, internal, internal)
-gin_extract_tsvector(tsvector, internal)
-gin_extract_tsvector(tsvector, internal, internal)
-gin_triconsistent_jsonb(internal, smallint, jsonb, integer, internal, internal, internal)
-gin_triconsistent_jsonb_path(internal, smallint, jsonb, integer, internal, internal, internal)
-gin_tsquery_consistent(internal, smallint, tsquery, integer, internal, internal)
-gin_tsquery_consistent(internal, smallint, tsquery, integer, internal, internal, internal, internal)
-gin_tsquery_consistent(internal, smallint, tsvector, integer, internal, internal, internal, internal)
-gin_tsquery_triconsistent(internal, smallint, tsvector, integer, internal, internal, internal)
-ginarrayconsistent(internal, smallint, anyarray, integer, internal, internal, internal, internal)
-ginarrayextract(anyarray, internal)
-ginarrayextract(anyarray, internal, internal)
-ginarraytriconsistent(internal, smallint, anyarray, integer, internal, internal, internal)
-ginhandler(internal)
-ginqueryarrayextract(anyarray, internal, smallint, internal, internal, internal, internal)
-gist_box_consistent(internal, box, smallint, oid, internal)
-gist_box_distance(internal, box, smallint, oid, internal)
-gist_box_penalty(internal, internal, internal)
-gist_box_picksplit(internal, internal)
-gist_box_same(box, box, internal)
-gist_box_union(internal, internal)
-gist_circle_compress(internal)
-gist_circle_consistent(internal, circle, smallint, oid, internal)
-gist_circle_distance(internal, circle, smallint, oid, internal)
-gist_point_compress(internal)
-gist_point_consistent(internal, point, smallint, oid, internal)
-gist_point_distance(internal, point, smallint, oid, internal)
-gist_point_fetch(internal)
-gist_point_sortsupport(internal) @14-18
-gist_poly_compress(internal)
-gist_poly_consistent(internal, polygon, smallint, oid, internal)
-gist_poly_distance(internal, polygon, smallint, oid, internal)
+gist_translate_cmptype_common(integer) @18
-gisthandler(internal)
-gtsquery_compress(internal)
-gtsquery_consistent(internal, internal, integer, oid, internal)
-gtsquery_consistent(internal, tsquery, smallint, oid, internal)
-gtsquery_penalty(internal, internal, internal)
-gtsquery_picksplit(internal, internal)
-gtsquery_same(bigint, bigint, internal)
-gtsquery_union(internal, internal)
-gtsvector_compress(internal)
-gtsvector_consistent(internal, gtsvector, integer, oid, internal)
-gtsvector_consistent(internal, tsvector, smallint, oid, internal)
-gtsvector_decompress(internal)
-gtsvector_options(internal)
-gtsvector_penalty(internal, internal, internal)
-gtsvector_picksplit(internal, internal)
-gtsvector_same(gtsvector, gtsvector, internal)
-gtsvector_union(internal, internal)
-gtsvectorin(cstring)
-gtsvectorout(gtsvector)
+has_any_column_privilege(name, oid, text)
+has_any_column_privilege(name, text, text)
+has_any_column_privilege(oid, oid, text)
+has_any_column_privilege(oid, text)
+has_any_column_privilege(oid, text, text)
+has_any_column_privilege(text, text)
+has_column_privilege(name, oid, smallint, text)
+has_column_privilege(name, oid, text, text)
+has_column_privilege(name, text, smallint, text)
+has_column_privilege(name, text, text, text)
+has_column_privilege(oid, oid, smallint, text)
+has_column_privilege(oid, oid, text, text)
+has_column_privilege(oid, smallint, text)
+has_column_privilege(oid, text, smallint, text)
+has_column_privilege(oid, text, text)
+has_column_privilege(oid, text, text, text)
+has_column_privilege(text, smallint, text)
+has_column_privilege(text, text, text)
+has_database_privilege(name, oid, text)
+has_database_privilege(name, text, text)
+has_database_privilege(oid, oid, text)
+has_database_privilege(oid, text)
+has_database_privilege(oid, text, text)
+has_database_privilege(text, text)
+has_foreign_data_wrapper_privilege(name, oid, text)
+has_foreign_data_wrapper_privilege(name, text, text)
+has_foreign_data_wrapper_privilege(oid, oid, text)
+has_foreign_data_wrapper_privilege(oid, text)
+has_foreign_data_wrapper_privilege(oid, text, text)
+has_foreign_data_wrapper_privilege(text, text)
+has_function_privilege(name, oid, text)
+has_function_privilege(name, text, text)
+has_function_privilege(oid, oid, text)
+has_function_privilege(oid, text)
+has_function_privilege(oid, text, text)
+has_function_privilege(text, text)
+has_language_privilege(name, oid, text)
+has_language_privilege(name, text, text)
+has_language_privilege(oid, oid, text)
+has_language_privilege(oid, text)
+has_language_privilege(oid, text, text)
+has_language_privilege(text, text)
+has_largeobject_privilege(name, oid, text) @18
+has_largeobject_privilege(oid, oid, text) @18
+has_largeobject_privilege(oid, text) @18
+has_parameter_privilege(name, text, text) @15-18
+has_parameter_privilege(oid, text, text) @15-18
+has_parameter_privilege(text, text) @15-18
+has_schema_privilege(name, oid, text)
+has_schema_privilege(name, text, text)
+has_schema_privilege(oid, oid, text)
+has_schema_privilege(oid, text)
+has_schema_privilege(oid, text, text)
+has_schema_privilege(text, text)
+has_sequence_privilege(name, oid, text)
+has_sequence_privilege(name, text, text)
+has_sequence_privilege(oid, oid, text)
+has_sequence_privilege(oid, text)
+has_sequence_privilege(oid, text, text)
+has_sequence_privilege(text, text)
+has_server_privilege(name, oid, text)
+has_server_privilege(name, text, text)
+has_server_privilege(oid, oid, text)
+has_server_privilege(oid, text)
+has_server_privilege(oid, text, text)
+has_server_privilege(text, text)
+has_table_privilege(name, oid, text)
+has_table_privilege(name, text, text)
+has_table_privilege(oid, oid, text)
+has_table_privilege(oid, text)
+has_table_privilege(oid, text, text)
+has_table_privilege(text, text)
+has_tablespace_privilege(name, oid, text)
+has_tablespace_privilege(name, text, text)
+has_tablespace_privilege(oid, oid, text)
+has_tablespace_privilege(oid, text)
+has_tablespace_privilege(oid, text, text)
+has_tablespace_privilege(text, text)
+has_type_privilege(name, oid, text)
+has_type_privilege(name, text, text)
+has_type_privilege(oid, oid, text)
+has_type_privilege(oid, text)
+has_type_privilege(oid, text, text)
+has_type_privilege(text, text)
+hash_aclitem(aclitem)
+hash_aclitem_extended(aclitem, bigint)
+hash_array(anyarray)
+hash_array_extended(anyarray, bigint)
+hash_multirange(anymultirange) @14-18
+hash_multirange_extended(anymultirange, bigint) @14-18
+hash_numeric(numeric)
+hash_numeric_extended(numeric, bigint)
+hash_range(anyrange)
+hash_range_extended(anyrange, bigint)
+hash_record(record) @14-18
+hash_record_extended(record, bigint) @14-18
+hashbool(boolean) @18
+hashboolextended(boolean, bigint) @18
+hashbpchar(character)
+hashbpcharextended(character, bigint)
+hashbytea(bytea) @18
+hashbyteaextended(bytea, bigint) @18
+hashchar("char")
+hashcharextended("char", bigint)
+hashcid(cid) @18
+hashcidextended(cid, bigint) @18
+hashdate(date) @18
+hashdateextended(date, bigint) @18
+hashenum(anyenum)
+hashenumextended(anyenum, bigint)
+hashfloat4(real)
+hashfloat4extended(real, bigint)
+hashfloat8(double precision)
+hashfloat8extended(double precision, bigint)
-hashhandler(internal)
+hashinet(inet)
+hashinetextended(inet, bigint)
+hashint2(smallint)
+hashint2extended(smallint, bigint)
+hashint4(integer)
+hashint4extended(integer, bigint)
+hashint8(bigint)
+hashint8extended(bigint, bigint)
+hashmacaddr(macaddr)
+hashmacaddr8(macaddr8)
+hashmacaddr8extended(macaddr8, bigint)
+hashmacaddrextended(macaddr, bigint)
+hashname(name)
+hashnameextended(name, bigint)
+hashoid(oid)
+hashoidextended(oid, bigint)
+hashoidvector(oidvector)
+hashoidvectorextended(oidvector, bigint)
+hashtext(text)
+hashtextextended(text, bigint)
+hashtid(tid)
+hashtidextended(tid, bigint)
-hashvarlena(internal)
-hashvarlenaextended(internal, bigint)
+hashxid(xid) @18
+hashxid8(xid8) @18
+hashxid8extended(xid8, bigint) @18
+hashxidextended(xid, bigint) @18
-heap_tableam_handler(internal)
+height(box)
+host(inet)
+hostmask(inet)
-iclikejoinsel(internal, oid, internal, smallint, internal)
-iclikesel(internal, oid, internal, integer)
-icnlikejoinsel(internal, oid, internal, smallint, internal)
-icnlikesel(internal, oid, internal, integer)
-icregexeqjoinsel(internal, oid, internal, smallint, internal)
-icregexeqsel(internal, oid, internal, integer)
-icregexnejoinsel(internal, oid, internal, smallint, internal)
-icregexnesel(internal, oid, internal, integer)
+icu_unicode_version() @17-18
+in_range(bigint, bigint, bigint, boolean, boolean)
+in_range(date, date, interval, boolean, boolean)
+in_range(double precision, double precision, double precision, boolean, boolean)
+in_range(integer, integer, bigint, boolean, boolean)
+in_range(integer, integer, integer, boolean, boolean)
+in_range(integer, integer, smallint, boolean, boolean)
+in_range(interval, interval, interval, boolean, boolean)
+in_range(numeric, numeric, numeric, boolean, boolean)
+in_range(real, real, double precision, boolean, boolean)
+in_range(smallint, smallint, bigint, boolean, boolean)
+in_range(smallint, smallint, integer, boolean, boolean)
+in_range(smallint, smallint, smallint, boolean, boolean)
+in_range(time with time zone, time with time zone, interval, boolean, boolean)
+in_range(time without time zone, time without time zone, interval, boolean, boolean)
+in_range(timestamp with time zone, timestamp with time zone, interval, boolean, boolean)
+in_range(timestamp without time zone, timestamp without time zone, interval, boolean, boolean)
-index_am_handler_in(cstring)
-index_am_handler_out(index_am_handler)
+inet_client_addr()
+inet_client_port()
-inet_gist_compress(internal)
-inet_gist_consistent(internal, inet, smallint, oid, internal)
-inet_gist_fetch(internal)
-inet_gist_penalty(internal, internal, internal)
-inet_gist_picksplit(internal, internal)
-inet_gist_same(inet, inet, internal)
-inet_gist_union(internal, internal)
-inet_in(cstring)
+inet_merge(inet, inet)
-inet_out(inet)
-inet_recv(internal)
+inet_same_family(inet, inet)
-inet_send(inet)
+inet_server_addr()
+inet_server_port()
-inet_spg_choose(internal, internal)
-inet_spg_config(internal, internal)
-inet_spg_inner_consistent(internal, internal)
-inet_spg_leaf_consistent(internal, internal)
-inet_spg_picksplit(internal, internal)
+inetand(inet, inet)
+inetmi(inet, inet)
+inetmi_int8(inet, bigint)
+inetnot(inet)
+inetor(inet, inet)
+inetpl(inet, bigint)
+information_schema._pg_char_max_length(typid oid, typmod integer)
+information_schema._pg_char_octet_length(typid oid, typmod integer)
+information_schema._pg_datetime_precision(typid oid, typmod integer)
+information_schema._pg_expandarray(anyarray, OUT x anyelement, OUT n integer)
+information_schema._pg_index_position(oid, smallint)
+information_schema._pg_interval_type(typid oid, mod integer)
+information_schema._pg_numeric_precision(typid oid, typmod integer)
+information_schema._pg_numeric_precision_radix(typid oid, typmod integer)
+information_schema._pg_numeric_scale(typid oid, typmod integer)
+information_schema._pg_truetypid(pg_attribute, pg_type)
+information_schema._pg_truetypmod(pg_attribute, pg_type)
+initcap(text)
+int2(bigint)
+int2(bytea) @18
+int2(double precision)
+int2(integer)
+int2(jsonb)
+int2(numeric)
+int2(real)
+int24div(smallint, integer)
+int24eq(smallint, integer)
+int24ge(smallint, integer)
+int24gt(smallint, integer)
+int24le(smallint, integer)
+int24lt(smallint, integer)
+int24mi(smallint, integer)
+int24mul(smallint, integer)
+int24ne(smallint, integer)
+int24pl(smallint, integer)
+int28div(smallint, bigint)
+int28eq(smallint, bigint)
+int28ge(smallint, bigint)
+int28gt(smallint, bigint)
+int28le(smallint, bigint)
+int28lt(smallint, bigint)
+int28mi(smallint, bigint)
+int28mul(smallint, bigint)
+int28ne(smallint, bigint)
+int28pl(smallint, bigint)
-int2_accum(internal, smallint)
-int2_accum_inv(internal, smallint)
+int2_avg_accum(bigint[], smallint)
+int2_avg_accum_inv(bigint[], smallint)
+int2_mul_cash(smallint, money)
+int2_sum(bigint, smallint)
+int2abs(smallint)
+int2and(smallint, smallint)
+int2div(smallint, smallint)
+int2eq(smallint, smallint)
+int2ge(smallint, smallint)
+int2gt(smallint, smallint)
-int2in(cstring)
+int2int4_sum(bigint[])
+int2larger(smallint, smallint)
+int2le(smallint, smallint)
+int2lt(smallint, smallint)
+int2mi(smallint, smallint)
+int2mod(smallint, smallint)
+int2mul(smallint, smallint)
+int2ne(smallint, smallint)
+int2not(smallint)
+int2or(smallint, smallint)
-int2out(smallint)
+int2pl(smallint, smallint)
-int2recv(internal)
-int2send(smallint)
+int2shl(smallint, integer)
+int2shr(smallint, integer)
+int2smaller(smallint, smallint)
+int2um(smallint)
+int2up(smallint)
-int2vectorin(cstring)
-int2vectorout(int2vector)
-int2vectorrecv(internal)
-int2vectorsend(int2vector)
+int2xor(smallint, smallint)
+int4("char")
+int4(bigint)
+int4(bit)
+int4(boolean)
+int4(bytea) @18
+int4(double precision)
+int4(jsonb)
+int4(numeric)
+int4(real)
+int4(smallint)
+int42div(integer, smallint)
+int42eq(integer, smallint)
+int42ge(integer, smallint)
+int42gt(integer, smallint)
+int42le(integer, smallint)
+int42lt(integer, smallint)
+int42mi(integer, smallint)
+int42mul(integer, smallint)
+int42ne(integer, smallint)
+int42pl(integer, smallint)
+int48div(integer, bigint)
+int48eq(integer, bigint)
+int48ge(integer, bigint)
+int48gt(integer, bigint)
+int48le(integer, bigint)
+int48lt(integer, bigint)
+int48mi(integer, bigint)
+int48mul(integer, bigint)
+int48ne(integer, bigint)
+int48pl(integer, bigint)
-int4_accum(internal, integer)
-int4_accum_inv(internal, integer)
+int4_avg_accum(bigint[], integer)
+int4_avg_accum_inv(bigint[], integer)
+int4_avg_combine(bigint[], bigint[])
+int4_mul_cash(integer, money)
+int4_sum(bigint, integer)
+int4abs(integer)
+int4and(integer, integer)
+int4div(integer, integer)
+int4eq(integer, integer)
+int4ge(integer, integer)
+int4gt(integer, integer)
-int4in(cstring)
+int4inc(integer)
+int4larger(integer, integer)
+int4le(integer, integer)
+int4lt(integer, integer)
+int4mi(integer, integer)
+int4mod(integer, integer)
+int4mul(integer, integer)
+int4multirange() @14-18
+int4multirange(VARIADIC int4range[]) @14-18
+int4multirange(int4range) @14-18
+int4ne(integer, integer)
+int4not(integer)
+int4or(integer, integer)
-int4out(integer)
+int4pl(integer, integer)
+int4range(integer, integer)
+int4range(integer, integer, text)
+int4range_canonical(int4range)
+int4range_subdiff(integer, integer)
-int4recv(internal)
-int4send(integer)
+int4shl(integer, integer)
+int4shr(integer, integer)
+int4smaller(integer, integer)
+int4um(integer)
+int4up(integer)
+int4xor(integer, integer)
+int8(bit)
+int8(bytea) @18
+int8(double precision)
+int8(integer)
+int8(jsonb)
+int8(numeric)
+int8(oid)
+int8(real)
+int8(smallint)
+int82div(bigint, smallint)
+int82eq(bigint, smallint)
+int82ge(bigint, smallint)
+int82gt(bigint, smallint)
+int82le(bigint, smallint)
+int82lt(bigint, smallint)
+int82mi(bigint, smallint)
+int82mul(bigint, smallint)
+int82ne(bigint, smallint)
+int82pl(bigint, smallint)
+int84div(bigint, integer)
+int84eq(bigint, integer)
+int84ge(bigint, integer)
+int84gt(bigint, integer)
+int84le(bigint, integer)
+int84lt(bigint, integer)
+int84mi(bigint, integer)
+int84mul(bigint, integer)
+int84ne(bigint, integer)
+int84pl(bigint, integer)
-int8_accum(internal, bigint)
-int8_accum_inv(internal, bigint)
+int8_avg(bigint[])
-int8_avg_accum(internal, bigint)
-int8_avg_accum_inv(internal, bigint)
-int8_avg_combine(internal, internal)
-int8_avg_deserialize(bytea, internal)
-int8_avg_serialize(internal)
+int8_mul_cash(bigint, money)
+int8_sum(numeric, bigint)
+int8abs(bigint)
+int8and(bigint, bigint)
+int8dec(bigint)
+int8dec_any(bigint, "any")
+int8div(bigint, bigint)
+int8eq(bigint, bigint)
+int8ge(bigint, bigint)
+int8gt(bigint, bigint)
-int8in(cstring)
+int8inc(bigint)
+int8inc_any(bigint, "any")
+int8inc_float8_float8(bigint, double precision, double precision)
-int8inc_support(internal) @15-18
+int8larger(bigint, bigint)
+int8le(bigint, bigint)
+int8lt(bigint, bigint)
+int8mi(bigint, bigint)
+int8mod(bigint, bigint)
+int8mul(bigint, bigint)
+int8multirange() @14-18
+int8multirange(VARIADIC int8range[]) @14-18
+int8multirange(int8range) @14-18
+int8ne(bigint, bigint)
+int8not(bigint)
+int8or(bigint, bigint)
-int8out(bigint)
+int8pl(bigint, bigint)
+int8pl_inet(bigint, inet)
+int8range(bigint, bigint)
+int8range(bigint, bigint, text)
+int8range_canonical(int8range)
+int8range_subdiff(bigint, bigint)
-int8recv(internal)
-int8send(bigint)
+int8shl(bigint, integer)
+int8shr(bigint, integer)
+int8smaller(bigint, bigint)
+int8um(bigint)
+int8up(bigint)
+int8xor(bigint, bigint)
+integer_pl_date(integer, date)
+inter_lb(line, box)
+inter_sb(lseg, box)
+inter_sl(lseg, line)
-internal_in(cstring)
-internal_out(internal)
+interval(interval, integer)
+interval(time without time zone)
+interval_accum(interval[], interval) @13-16
+interval_accum_inv(interval[], interval) @13-16
-interval_avg(internal) @17-18
+interval_avg(interval[]) @13-16
-interval_avg_accum(internal, interval) @17-18
-interval_avg_accum_inv(internal, interval) @17-18
-interval_avg_combine(internal, internal) @17-18
-interval_avg_deserialize(bytea, internal) @17-18
-interval_avg_serialize(internal) @17-18
+interval_cmp(interval, interval)
+interval_combine(interval[], interval[]) @13-16
+interval_div(interval, double precision)
+interval_eq(interval, interval)
+interval_ge(interval, interval)
+interval_gt(interval, interval)
+interval_hash(interval)
+interval_hash_extended(interval, bigint)
-interval_in(cstring, oid, integer)
+interval_larger(interval, interval)
+interval_le(interval, interval)
+interval_lt(interval, interval)
+interval_mi(interval, interval)
+interval_mul(interval, double precision)
+interval_ne(interval, interval)
-interval_out(interval)
+interval_pl(interval, interval)
+interval_pl_date(interval, date)
+interval_pl_time(interval, time without time zone)
+interval_pl_timestamp(interval, timestamp without time zone)
+interval_pl_timestamptz(interval, timestamp with time zone)
+interval_pl_timetz(interval, time with time zone)
-interval_recv(internal, oid, integer)
-interval_send(interval)
+interval_smaller(interval, interval)
-interval_sum(internal) @17-18
-interval_support(internal)
+interval_um(interval)
+intervaltypmodin(cstring[])
-intervaltypmodout(integer)
+is_normalized(text, text)
+isclosed(path)
+isempty(anymultirange) @14-18
+isempty(anyrange)
+isfinite(date)
+isfinite(interval)
+isfinite(timestamp with time zone)
+isfinite(timestamp without time zone)
+ishorizontal(line)
+ishorizontal(lseg)
+ishorizontal(point, point)
-iso8859_1_to_utf8(integer, integer, cstring, internal, integer) @13
-iso8859_1_to_utf8(integer, integer, cstring, internal, integer, boolean) @14-18
-iso8859_to_utf8(integer, integer, cstring, internal, integer) @13
-iso8859_to_utf8(integer, integer, cstring, internal, integer, boolean) @14-18
-iso_to_koi8r(integer, integer, cstring, internal, integer) @13
-iso_to_koi8r(integer, integer, cstring, internal, integer, boolean) @14-18
-iso_to_mic(integer, integer, cstring, internal, integer) @13
-iso_to_mic(integer, integer, cstring, internal, integer, boolean) @14-18
-iso_to_win1251(integer, integer, cstring, internal, integer) @13
-iso_to_win1251(integer, integer, cstring, internal, integer, boolean) @14-18
-iso_to_win866(integer, integer, cstring, internal, integer) @13
-iso_to_win866(integer, integer, cstring, internal, integer, boolean) @14-18
+isopen(path)
+isparallel(line, line)
+isparallel(lseg, lseg)
+isperp(line, line)
+isperp(lseg, lseg)
+isvertical(line)
+isvertical(lseg)
+isvertical(point, point)
-johab_to_utf8(integer, integer, cstring, internal, integer) @13
-johab_to_utf8(integer, integer, cstring, internal, integer, boolean) @14-18
+json_agg(anyelement)
-json_agg_finalfn(internal)
+json_agg_strict(anyelement) @16-18
-json_agg_strict_transfn(internal, anyelement) @16-18
-json_agg_transfn(internal, anyelement)
+json_array_element(from_json json, element_index integer)
+json_array_element_text(from_json json, element_index integer)
+json_array_elements(from_json json, OUT value json)
+json_array_elements_text(from_json json, OUT value text)
+json_array_length(json)
+json_build_array()
+json_build_array(VARIADIC "any")
+json_build_object()
+json_build_object(VARIADIC "any")
+json_each(from_json json, OUT key text, OUT value json)
+json_each_text(from_json json, OUT key text, OUT value text)
+json_extract_path(from_json json, VARIADIC path_elems text[])
+json_extract_path_text(from_json json, VARIADIC path_elems text[])
-json_in(cstring)
+json_object(text[])
+json_object(text[], text[])
+json_object_agg("any", "any") @13-16
+json_object_agg(key "any", value "any") @17-18
-json_object_agg_finalfn(internal)
+json_object_agg_strict("any", "any") @16
+json_object_agg_strict(key "any", value "any") @17-18
-json_object_agg_strict_transfn(internal, "any", "any") @16-18
-json_object_agg_transfn(internal, "any", "any")
+json_object_agg_unique("any", "any") @16
+json_object_agg_unique(key "any", value "any") @17-18
+json_object_agg_unique_strict("any", "any") @16
+json_object_agg_unique_strict(key "any", value "any") @17-18
-json_object_agg_unique_strict_transfn(internal, "any", "any") @16-18
-json_object_agg_unique_transfn(internal, "any", "any") @16-18
+json_object_field(from_json json, field_name text)
+json_object_field_text(from_json json, field_name text)
+json_object_keys(json)
-json_out(json)
+json_populate_record(base anyelement, from_json json, use_json_as_text boolean)
+json_populate_recordset(base anyelement, from_json json, use_json_as_text boolean)
-json_recv(internal)
-json_send(json)
+json_strip_nulls(json) @13-17
+json_strip_nulls(target json, strip_in_arrays boolean) @18
+json_to_record(json)
+json_to_recordset(json)
+json_to_tsvector(json, jsonb)
+json_to_tsvector(regconfig, json, jsonb)
+json_typeof(json)
+jsonb_agg(anyelement)
-jsonb_agg_finalfn(internal)
+jsonb_agg_strict(anyelement) @16-18
-jsonb_agg_strict_transfn(internal, anyelement) @16-18
-jsonb_agg_transfn(internal, anyelement)
+jsonb_array_element(from_json jsonb, element_index integer)
+jsonb_array_element_text(from_json jsonb, element_index integer)
+jsonb_array_elements(from_json jsonb, OUT value jsonb)
+jsonb_array_elements_text(from_json jsonb, OUT value text)
+jsonb_array_length(jsonb)
+jsonb_build_array()
+jsonb_build_array(VARIADIC "any")
+jsonb_build_object()
+jsonb_build_object(VARIADIC "any")
+jsonb_cmp(jsonb, jsonb)
+jsonb_concat(jsonb, jsonb)
+jsonb_contained(jsonb, jsonb)
+jsonb_contains(jsonb, jsonb)
+jsonb_delete(from_json jsonb, VARIADIC path_elems text[])
+jsonb_delete(jsonb, integer)
+jsonb_delete(jsonb, text)
+jsonb_delete_path(jsonb, text[])
+jsonb_each(from_json jsonb, OUT key text, OUT value jsonb)
+jsonb_each_text(from_json jsonb, OUT key text, OUT value text)
+jsonb_eq(jsonb, jsonb)
+jsonb_exists(jsonb, text)
+jsonb_exists_all(jsonb, text[])
+jsonb_exists_any(jsonb, text[])
+jsonb_extract_path(from_json jsonb, VARIADIC path_elems text[])
+jsonb_extract_path_text(from_json jsonb, VARIADIC path_elems text[])
+jsonb_ge(jsonb, jsonb)
+jsonb_gt(jsonb, jsonb)
+jsonb_hash(jsonb)
+jsonb_hash_extended(jsonb, bigint)
-jsonb_in(cstring)
+jsonb_insert(jsonb_in jsonb, path text[], replacement jsonb, insert_after boolean)
+jsonb_le(jsonb, jsonb)
+jsonb_lt(jsonb, jsonb)
+jsonb_ne(jsonb, jsonb)
+jsonb_object(text[])
+jsonb_object(text[], text[])
+jsonb_object_agg("any", "any") @13-16
+jsonb_object_agg(key "any", value "any") @17-18
-jsonb_object_agg_finalfn(internal)
+jsonb_object_agg_strict("any", "any") @16
+jsonb_object_agg_strict(key "any", value "any") @17-18
-jsonb_object_agg_strict_transfn(internal, "any", "any") @16-18
-jsonb_object_agg_transfn(internal, "any", "any")
+jsonb_object_agg_unique("any", "any") @16
+jsonb_object_agg_unique(key "any", value "any") @17-18
+jsonb_object_agg_unique_strict("any", "any") @16
+jsonb_object_agg_unique_strict(key "any", value "any") @17-18
-jsonb_object_agg_unique_strict_transfn(internal, "any", "any") @16-18
-jsonb_object_agg_unique_transfn(internal, "any", "any") @16-18
+jsonb_object_field(from_json jsonb, field_name text)
+jsonb_object_field_text(from_json jsonb, field_name text)
+jsonb_object_keys(jsonb)
-jsonb_out(jsonb)
+jsonb_path_exists(target jsonb, path jsonpath, vars jsonb, silent boolean)
+jsonb_path_exists_opr(jsonb, jsonpath)
+jsonb_path_exists_tz(target jsonb, path jsonpath, vars jsonb, silent boolean)
+jsonb_path_match(target jsonb, path jsonpath, vars jsonb, silent boolean)
+jsonb_path_match_opr(jsonb, jsonpath)
+jsonb_path_match_tz(target jsonb, path jsonpath, vars jsonb, silent boolean)
+jsonb_path_query(target jsonb, path jsonpath, vars jsonb, silent boolean)
+jsonb_path_query_array(target jsonb, path jsonpath, vars jsonb, silent boolean)
+jsonb_path_query_array_tz(target jsonb, path jsonpath, vars jsonb, silent boolean)
+jsonb_path_query_first(target jsonb, path jsonpath, vars jsonb, silent boolean)
+jsonb_path_query_first_tz(target jsonb, path jsonpath, vars jsonb, silent boolean)
+jsonb_path_query_tz(target jsonb, path jsonpath, vars jsonb, silent boolean)
+jsonb_populate_record(anyelement, jsonb)
+jsonb_populate_record_valid(anyelement, jsonb) @17-18
+jsonb_populate_recordset(anyelement, jsonb)
+jsonb_pretty(jsonb)
-jsonb_recv(internal)
-jsonb_send(jsonb)
+jsonb_set(jsonb_in jsonb, path text[], replacement jsonb, create_if_missing boolean)
+jsonb_set_lax(jsonb_in jsonb, path text[], replacement jsonb, create_if_missing boolean, null_value_treatment text)
+jsonb_strip_nulls(jsonb) @13-17
+jsonb_strip_nulls(target jsonb, strip_in_arrays boolean) @18
-jsonb_subscript_handler(internal) @14-18
+jsonb_to_record(jsonb)
+jsonb_to_recordset(jsonb)
+jsonb_to_tsvector(jsonb, jsonb)
+jsonb_to_tsvector(regconfig, jsonb, jsonb)
+jsonb_typeof(jsonb)
-jsonpath_in(cstring)
-jsonpath_out(jsonpath)
-jsonpath_recv(internal)
-jsonpath_send(jsonpath)
+justify_days(interval)
+justify_hours(interval)
+justify_interval(interval)
-koi8r_to_iso(integer, integer, cstring, internal, integer) @13
-koi8r_to_iso(integer, integer, cstring, internal, integer, boolean) @14-18
-koi8r_to_mic(integer, integer, cstring, internal, integer) @13
-koi8r_to_mic(integer, integer, cstring, internal, integer, boolean) @14-18
-koi8r_to_utf8(integer, integer, cstring, internal, integer) @13
-koi8r_to_utf8(integer, integer, cstring, internal, integer, boolean) @14-18
-koi8r_to_win1251(integer, integer, cstring, internal, integer) @13
-koi8r_to_win1251(integer, integer, cstring, internal, integer, boolean) @14-18
-koi8r_to_win866(integer, integer, cstring, internal, integer) @13
-koi8r_to_win866(integer, integer, cstring, internal, integer, boolean) @14-18
-koi8u_to_utf8(integer, integer, cstring, internal, integer) @13
-koi8u_to_utf8(integer, integer, cstring, internal, integer, boolean) @14-18
+lag(anycompatible, integer, anycompatible) @14-18
+lag(anyelement)
+lag(anyelement, integer)
+lag(anyelement, integer, anyelement) @13
-language_handler_in(cstring)
-language_handler_out(language_handler)
+last_value(anyelement)
-lastval()
-latin1_to_mic(integer, integer, cstring, internal, integer) @13
-latin1_to_mic(integer, integer, cstring, internal, integer, boolean) @14-18
-latin2_to_mic(integer, integer, cstring, internal, integer) @13
-latin2_to_mic(integer, integer, cstring, internal, integer, boolean) @14-18
-latin2_to_win1250(integer, integer, cstring, internal, integer) @13
-latin2_to_win1250(integer, integer, cstring, internal, integer, boolean) @14-18
-latin3_to_mic(integer, integer, cstring, internal, integer) @13
-latin3_to_mic(integer, integer, cstring, internal, integer, boolean) @14-18
-latin4_to_mic(integer, integer, cstring, internal, integer) @13
-latin4_to_mic(integer, integer, cstring, internal, integer, boolean) @14-18
+lcm(bigint, bigint)
+lcm(integer, integer)
+lcm(numeric, numeric)
+lead(anycompatible, integer, anycompatible) @14-18
+lead(anyelement)
+lead(anyelement, integer)
+lead(anyelement, integer, anyelement) @13
+left(text, integer)
+length(bit)
+length(bytea)
+length(bytea, name)
+length(character)
+length(lseg)
+length(path)
+length(text)
+length(tsvector)
+lgamma(double precision) @18
+like(bytea, bytea)
+like(name, text)
+like(text, text)
+like_escape(bytea, bytea)
+like_escape(text, text)
-likejoinsel(internal, oid, internal, smallint, internal)
-likesel(internal, oid, internal, integer)
+line(point, point)
+line_distance(line, line)
+line_eq(line, line)
+line_horizontal(line)
-line_in(cstring)
+line_interpt(line, line)
+line_intersect(line, line)
-line_out(line)
+line_parallel(line, line)
+line_perp(line, line)
-line_recv(internal)
-line_send(line)
+line_vertical(line)
+ln(double precision)
+ln(numeric)
-lo_close(integer)
-lo_creat(integer)
-lo_create(oid)
-lo_export(oid, text)
-lo_from_bytea(oid, bytea)
-lo_get(oid)
-lo_get(oid, bigint, integer)
-lo_import(text)
-lo_import(text, oid)
-lo_lseek(integer, integer, integer)
-lo_lseek64(integer, bigint, integer)
-lo_open(oid, integer)
-lo_put(oid, bigint, bytea)
-lo_tell(integer)
-lo_tell64(integer)
-lo_truncate(integer, integer)
-lo_truncate64(integer, bigint)
-lo_unlink(oid)
+log(double precision)
+log(numeric)
+log(numeric, numeric)
+log10(double precision)
+log10(numeric)
-loread(integer, integer)
+lower(anymultirange) @14-18
+lower(anyrange)
+lower(text)
+lower_inc(anymultirange) @14-18
+lower_inc(anyrange)
+lower_inf(anymultirange) @14-18
+lower_inf(anyrange)
-lowrite(integer, bytea)
+lpad(text, integer)
+lpad(text, integer, text)
+lseg(box)
+lseg(point, point)
+lseg_center(lseg)
+lseg_distance(lseg, lseg)
+lseg_eq(lseg, lseg)
+lseg_ge(lseg, lseg)
+lseg_gt(lseg, lseg)
+lseg_horizontal(lseg)
-lseg_in(cstring)
+lseg_interpt(lseg, lseg)
+lseg_intersect(lseg, lseg)
+lseg_le(lseg, lseg)
+lseg_length(lseg)
+lseg_lt(lseg, lseg)
+lseg_ne(lseg, lseg)
-lseg_out(lseg)
+lseg_parallel(lseg, lseg)
+lseg_perp(lseg, lseg)
-lseg_recv(internal)
-lseg_send(lseg)
+lseg_vertical(lseg)
+ltrim(bytea, bytea) @14-18
+ltrim(text)
+ltrim(text, text)
+macaddr(macaddr8)
+macaddr8(macaddr)
+macaddr8_and(macaddr8, macaddr8)
+macaddr8_cmp(macaddr8, macaddr8)
+macaddr8_eq(macaddr8, macaddr8)
+macaddr8_ge(macaddr8, macaddr8)
+macaddr8_gt(macaddr8, macaddr8)
-macaddr8_in(cstring)
+macaddr8_le(macaddr8, macaddr8)
+macaddr8_lt(macaddr8, macaddr8)
+macaddr8_ne(macaddr8, macaddr8)
+macaddr8_not(macaddr8)
+macaddr8_or(macaddr8, macaddr8)
-macaddr8_out(macaddr8)
-macaddr8_recv(internal)
-macaddr8_send(macaddr8)
+macaddr8_set7bit(macaddr8)
+macaddr_and(macaddr, macaddr)
+macaddr_cmp(macaddr, macaddr)
+macaddr_eq(macaddr, macaddr)
+macaddr_ge(macaddr, macaddr)
+macaddr_gt(macaddr, macaddr)
-macaddr_in(cstring)
+macaddr_le(macaddr, macaddr)
+macaddr_lt(macaddr, macaddr)
+macaddr_ne(macaddr, macaddr)
+macaddr_not(macaddr)
+macaddr_or(macaddr, macaddr)
-macaddr_out(macaddr)
-macaddr_recv(internal)
-macaddr_send(macaddr)
-macaddr_sortsupport(internal)
+make_date(year integer, month integer, day integer)
+make_interval(years integer, months integer, weeks integer, days integer, hours integer, mins integer, secs double precision)
+make_time(hour integer, min integer, sec double precision)
+make_timestamp(year integer, month integer, mday integer, hour integer, min integer, sec double precision)
+make_timestamptz(year integer, month integer, mday integer, hour integer, min integer, sec double precision)
+make_timestamptz(year integer, month integer, mday integer, hour integer, min integer, sec double precision, timezone text)
+makeaclitem(oid, oid, text, boolean)
+masklen(inet)
-matchingjoinsel(internal, oid, internal, smallint, internal)
-matchingsel(internal, oid, internal, integer)
+max(anyarray)
+max(anyenum)
+max(bigint)
+max(bytea) @18
+max(character)
+max(date)
+max(double precision)
+max(inet)
+max(integer)
+max(interval)
+max(money)
+max(numeric)
+max(oid)
+max(pg_lsn)
+max(real)
+max(record) @18
+max(smallint)
+max(text)
+max(tid)
+max(time with time zone)
+max(time without time zone)
+max(timestamp with time zone)
+max(timestamp without time zone)
+max(xid8) @15-18
+md5(bytea)
+md5(text)
-mic_to_big5(integer, integer, cstring, internal, integer) @13
-mic_to_big5(integer, integer, cstring, internal, integer, boolean) @14-18
-mic_to_euc_cn(integer, integer, cstring, internal, integer) @13
-mic_to_euc_cn(integer, integer, cstring, internal, integer, boolean) @14-18
-mic_to_euc_jp(integer, integer, cstring, internal, integer) @13
-mic_to_euc_jp(integer, integer, cstring, internal, integer, boolean) @14-18
-mic_to_euc_kr(integer, integer, cstring, internal, integer) @13
-mic_to_euc_kr(integer, integer, cstring, internal, integer, boolean) @14-18
-mic_to_euc_tw(integer, integer, cstring, internal, integer) @13
-mic_to_euc_tw(integer, integer, cstring, internal, integer, boolean) @14-18
-mic_to_iso(integer, integer, cstring, internal, integer) @13
-mic_to_iso(integer, integer, cstring, internal, integer, boolean) @14-18
-mic_to_koi8r(integer, integer, cstring, internal, integer) @13
-mic_to_koi8r(integer, integer, cstring, internal, integer, boolean) @14-18
-mic_to_latin1(integer, integer, cstring, internal, integer) @13
-mic_to_latin1(integer, integer, cstring, internal, integer, boolean) @14-18
-mic_to_latin2(integer, integer, cstring, internal, integer) @13
-mic_to_latin2(integer, integer, cstring, internal, integer, boolean) @14-18
-mic_to_latin3(integer, integer, cstring, internal, integer) @13
-mic_to_latin3(integer, integer, cstring, internal, integer, boolean) @14-18
-mic_to_latin4(integer, integer, cstring, internal, integer) @13
-mic_to_latin4(integer, integer, cstring, internal, integer, boolean) @14-18
-mic_to_sjis(integer, integer, cstring, internal, integer) @13
-mic_to_sjis(integer, integer, cstring, internal, integer, boolean) @14-18
-mic_to_win1250(integer, integer, cstring, internal, integer) @13
-mic_to_win1250(integer, integer, cstring, internal, integer, boolean) @14-18
-mic_to_win1251(integer, integer, cstring, internal, integer) @13
-mic_to_win1251(integer, integer, cstring, internal, integer, boolean) @14-18
-mic_to_win866(integer, integer, cstring, internal, integer) @13
-mic_to_win866(integer, integer, cstring, internal, integer, boolean) @14-18
+min(anyarray)
+min(anyenum)
+min(bigint)
+min(bytea) @18
+min(character)
+min(date)
+min(double precision)
+min(inet)
+min(integer)
+min(interval)
+min(money)
+min(numeric)
+min(oid)
+min(pg_lsn)
+min(real)
+min(record) @18
+min(smallint)
+min(text)
+min(tid)
+min(time with time zone)
+min(time without time zone)
+min(timestamp with time zone)
+min(timestamp without time zone)
+min(xid8) @15-18
+min_scale(numeric)
+mod(bigint, bigint)
+mod(integer, integer)
+mod(numeric, numeric)
+mod(smallint, smallint)
+mode(ORDER BY anyelement)
-mode_final(internal, anyelement)
+money(bigint)
+money(integer)
+money(numeric)
+mul_d_interval(double precision, interval)
+multirange(anyrange) @14-18
+multirange_adjacent_multirange(anymultirange, anymultirange) @14-18
+multirange_adjacent_range(anymultirange, anyrange) @14-18
+multirange_after_multirange(anymultirange, anymultirange) @14-18
+multirange_after_range(anymultirange, anyrange) @14-18
-multirange_agg_finalfn(internal, anymultirange) @15-18
-multirange_agg_transfn(internal, anymultirange) @15-18
+multirange_before_multirange(anymultirange, anymultirange) @14-18
+multirange_before_range(anymultirange, anyrange) @14-18
+multirange_cmp(anymultirange, anymultirange) @14-18
+multirange_contained_by_multirange(anymultirange, anymultirange) @14-18
+multirange_contained_by_range(anymultirange, anyrange) @14-18
+multirange_contains_elem(anymultirange, anyelement) @14-18
+multirange_contains_multirange(anymultirange, anymultirange) @14-18
+multirange_contains_range(anymultirange, anyrange) @14-18
+multirange_eq(anymultirange, anymultirange) @14-18
+multirange_ge(anymultirange, anymultirange) @14-18
-multirange_gist_compress(internal) @14-18
-multirange_gist_consistent(internal, anymultirange, smallint, oid, internal) @14-18
+multirange_gt(anymultirange, anymultirange) @14-18
-multirange_in(cstring, oid, integer) @14-18
+multirange_intersect(anymultirange, anymultirange) @14-18
+multirange_intersect_agg_transfn(anymultirange, anymultirange) @14-18
+multirange_le(anymultirange, anymultirange) @14-18
+multirange_lt(anymultirange, anymultirange) @14-18
+multirange_minus(anymultirange, anymultirange) @14-18
+multirange_ne(anymultirange, anymultirange) @14-18
-multirange_out(anymultirange) @14-18
+multirange_overlaps_multirange(anymultirange, anymultirange) @14-18
+multirange_overlaps_range(anymultirange, anyrange) @14-18
+multirange_overleft_multirange(anymultirange, anymultirange) @14-18
+multirange_overleft_range(anymultirange, anyrange) @14-18
+multirange_overright_multirange(anymultirange, anymultirange) @14-18
+multirange_overright_range(anymultirange, anyrange) @14-18
-multirange_recv(internal, oid, integer) @14-18
-multirange_send(anymultirange) @14-18
-multirange_typanalyze(internal) @14-18
+multirange_union(anymultirange, anymultirange) @14-18
-multirangesel(internal, oid, internal, integer) @14-18
+mxid_age(xid)
+name(character varying)
+name(character)
+name(text)
+nameconcatoid(name, oid)
+nameeq(name, name)
+nameeqtext(name, text)
+namege(name, name)
+namegetext(name, text)
+namegt(name, name)
+namegttext(name, text)
+nameiclike(name, text)
+nameicnlike(name, text)
+nameicregexeq(name, text)
+nameicregexne(name, text)
-namein(cstring)
+namele(name, name)
+nameletext(name, text)
+namelike(name, text)
+namelt(name, name)
+namelttext(name, text)
+namene(name, name)
+namenetext(name, text)
+namenlike(name, text)
-nameout(name)
-namerecv(internal)
+nameregexeq(name, text)
+nameregexne(name, text)
-namesend(name)
-neqjoinsel(internal, oid, internal, smallint, internal)
-neqsel(internal, oid, internal, integer)
+netmask(inet)
+network(inet)
+network_cmp(inet, inet)
+network_eq(inet, inet)
+network_ge(inet, inet)
+network_gt(inet, inet)
+network_larger(inet, inet)
+network_le(inet, inet)
+network_lt(inet, inet)
+network_ne(inet, inet)
+network_overlap(inet, inet)
+network_smaller(inet, inet)
-network_sortsupport(internal)
+network_sub(inet, inet)
+network_subeq(inet, inet)
-network_subset_support(internal)
+network_sup(inet, inet)
+network_supeq(inet, inet)
-networkjoinsel(internal, oid, internal, smallint, internal)
-networksel(internal, oid, internal, integer)
-nextval(regclass)
-nlikejoinsel(internal, oid, internal, smallint, internal)
-nlikesel(internal, oid, internal, integer)
+normalize(text, text)
+notlike(bytea, bytea)
+notlike(name, text)
+notlike(text, text)
+now()
+npoints(path)
+npoints(polygon)
+nth_value(anyelement, integer)
+ntile(integer)
+num_nonnulls(VARIADIC "any")
+num_nulls(VARIADIC "any")
+numeric(bigint)
+numeric(double precision)
+numeric(integer)
+numeric(jsonb)
+numeric(money)
+numeric(numeric, integer)
+numeric(real)
+numeric(smallint)
+numeric_abs(numeric)
-numeric_accum(internal, numeric)
-numeric_accum_inv(internal, numeric)
+numeric_add(numeric, numeric)
-numeric_avg(internal)
-numeric_avg_accum(internal, numeric)
-numeric_avg_combine(internal, internal)
-numeric_avg_deserialize(bytea, internal)
-numeric_avg_serialize(internal)
+numeric_cmp(numeric, numeric)
-numeric_combine(internal, internal)
-numeric_deserialize(bytea, internal)
+numeric_div(numeric, numeric)
+numeric_div_trunc(numeric, numeric)
+numeric_eq(numeric, numeric)
+numeric_exp(numeric)
+numeric_fac(bigint) @13
+numeric_ge(numeric, numeric)
+numeric_gt(numeric, numeric)
-numeric_in(cstring, oid, integer)
+numeric_inc(numeric)
+numeric_larger(numeric, numeric)
+numeric_le(numeric, numeric)
+numeric_ln(numeric)
+numeric_log(numeric, numeric)
+numeric_lt(numeric, numeric)
+numeric_mod(numeric, numeric)
+numeric_mul(numeric, numeric)
+numeric_ne(numeric, numeric)
-numeric_out(numeric)
+numeric_pl_pg_lsn(numeric, pg_lsn) @14-18
-numeric_poly_avg(internal)
-numeric_poly_combine(internal, internal)
-numeric_poly_deserialize(bytea, internal)
-numeric_poly_serialize(internal)
-numeric_poly_stddev_pop(internal)
-numeric_poly_stddev_samp(internal)
-numeric_poly_sum(internal)
-numeric_poly_var_pop(internal)
-numeric_poly_var_samp(internal)
+numeric_power(numeric, numeric)
-numeric_recv(internal, oid, integer)
-numeric_send(numeric)
-numeric_serialize(internal)
+numeric_smaller(numeric, numeric)
-numeric_sortsupport(internal)
+numeric_sqrt(numeric)
-numeric_stddev_pop(internal)
-numeric_stddev_samp(internal)
+numeric_sub(numeric, numeric)
-numeric_sum(internal)
-numeric_support(internal)
+numeric_uminus(numeric)
+numeric_uplus(numeric)
-numeric_var_pop(internal)
-numeric_var_samp(internal)
+numerictypmodin(cstring[])
-numerictypmodout(integer)
+nummultirange() @14-18
+nummultirange(VARIADIC numrange[]) @14-18
+nummultirange(numrange) @14-18
+numnode(tsquery)
+numrange(numeric, numeric)
+numrange(numeric, numeric, text)
+numrange_subdiff(numeric, numeric)
+obj_description(oid)
+obj_description(oid, name)
+octet_length(bit)
+octet_length(bytea)
+octet_length(character)
+octet_length(text)
+oid(bigint)
+oideq(oid, oid)
+oidge(oid, oid)
+oidgt(oid, oid)
-oidin(cstring)
+oidlarger(oid, oid)
+oidle(oid, oid)
+oidlt(oid, oid)
+oidne(oid, oid)
-oidout(oid)
-oidrecv(internal)
-oidsend(oid)
+oidsmaller(oid, oid)
+oidvectoreq(oidvector, oidvector)
+oidvectorge(oidvector, oidvector)
+oidvectorgt(oidvector, oidvector)
-oidvectorin(cstring)
+oidvectorle(oidvector, oidvector)
+oidvectorlt(oidvector, oidvector)
+oidvectorne(oidvector, oidvector)
-oidvectorout(oidvector)
-oidvectorrecv(internal)
-oidvectorsend(oidvector)
+oidvectortypes(oidvector)
+on_pb(point, box)
+on_pl(point, line)
+on_ppath(point, path)
+on_ps(point, lseg)
+on_sb(lseg, box)
+on_sl(lseg, line)
-ordered_set_transition(internal, "any")
-ordered_set_transition_multi(internal, VARIADIC "any")
+overlaps(time with time zone, time with time zone, time with time zone, time with time zone)
+overlaps(time without time zone, interval, time without time zone, interval)
+overlaps(time without time zone, interval, time without time zone, time without time zone)
+overlaps(time without time zone, time without time zone, time without time zone, interval)
+overlaps(time without time zone, time without time zone, time without time zone, time without time zone)
+overlaps(timestamp with time zone, interval, timestamp with time zone, interval)
+overlaps(timestamp with time zone, interval, timestamp with time zone, timestamp with time zone)
+overlaps(timestamp with time zone, timestamp with time zone, timestamp with time zone, interval)
+overlaps(timestamp with time zone, timestamp with time zone, timestamp with time zone, timestamp with time zone)
+overlaps(timestamp without time zone, interval, timestamp without time zone, interval)
+overlaps(timestamp without time zone, interval, timestamp without time zone, timestamp without time zone)
+overlaps(timestamp without time zone, timestamp without time zone, timestamp without time zone, interval)
+overlaps(timestamp without time zone, timestamp without time zone, timestamp without time zone, timestamp without time zone)
+overlay(bit, bit, integer)
+overlay(bit, bit, integer, integer)
+overlay(bytea, bytea, integer)
+overlay(bytea, bytea, integer, integer)
+overlay(text, text, integer)
+overlay(text, text, integer, integer)
+parse_ident(str text, strict boolean)
+path(polygon)
+path_add(path, path)
+path_add_pt(path, point)
+path_center(path) @13-14
+path_contain_pt(path, point)
+path_distance(path, path)
+path_div_pt(path, point)
-path_in(cstring)
+path_inter(path, path)
+path_length(path)
+path_mul_pt(path, point)
+path_n_eq(path, path)
+path_n_ge(path, path)
+path_n_gt(path, path)
+path_n_le(path, path)
+path_n_lt(path, path)
+path_npoints(path)
-path_out(path)
-path_recv(internal)
-path_send(path)
+path_sub_pt(path, point)
+pclose(path)
+percent_rank()
+percent_rank(VARIADIC "any" ORDER BY VARIADIC "any")
-percent_rank_final(internal, VARIADIC "any")
+percentile_cont(double precision ORDER BY double precision)
+percentile_cont(double precision ORDER BY interval)
+percentile_cont(double precision[] ORDER BY double precision)
+percentile_cont(double precision[] ORDER BY interval)
-percentile_cont_float8_final(internal, double precision)
-percentile_cont_float8_multi_final(internal, double precision[])
-percentile_cont_interval_final(internal, double precision)
-percentile_cont_interval_multi_final(internal, double precision[])
+percentile_disc(double precision ORDER BY anyelement)
+percentile_disc(double precision[] ORDER BY anyelement)
-percentile_disc_final(internal, double precision, anyelement)
-percentile_disc_multi_final(internal, double precision[], anyelement)
-pg_advisory_lock(bigint)
-pg_advisory_lock(integer, integer)
-pg_advisory_lock_shared(bigint)
-pg_advisory_lock_shared(integer, integer)
-pg_advisory_unlock(bigint)
-pg_advisory_unlock(integer, integer)
-pg_advisory_unlock_all()
-pg_advisory_unlock_shared(bigint)
-pg_advisory_unlock_shared(integer, integer)
-pg_advisory_xact_lock(bigint)
-pg_advisory_xact_lock(integer, integer)
-pg_advisory_xact_lock_shared(bigint)
-pg_advisory_xact_lock_shared(integer, integer)
+pg_available_extension_versions(OUT name name, OUT version text, OUT superuser boolean, OUT trusted boolean, OUT relocatable boolean, OUT schema name, OUT requires name[], OUT comment text)
+pg_available_extensions(OUT name name, OUT default_version text, OUT comment text)
-pg_available_wal_summaries(OUT tli bigint, OUT start_lsn pg_lsn, OUT end_lsn pg_lsn) @17-18
+pg_backend_pid()
-pg_backup_start(label text, fast boolean) @15-18
+pg_backup_start_time() @13-14
-pg_backup_stop(wait_for_archive boolean, OUT lsn pg_lsn, OUT labelfile text, OUT spcmapfile text) @15-18
+pg_basetype(regtype) @17-18
+pg_blocking_pids(integer)
-pg_cancel_backend(integer)
+pg_char_to_encoding(name)
-pg_clear_attribute_stats(schemaname text, relname text, attname text, inherited boolean) @18
-pg_clear_relation_stats(schemaname text, relname text) @18
+pg_client_encoding()
+pg_collation_actual_version(oid)
+pg_collation_for("any")
+pg_collation_is_visible(oid)
+pg_column_compression("any") @14-18
+pg_column_is_updatable(regclass, smallint, boolean)
+pg_column_size("any")
+pg_column_toast_chunk_id("any") @17-18
+pg_conf_load_time()
-pg_config(OUT name text, OUT setting text)
-pg_control_checkpoint(OUT checkpoint_lsn pg_lsn, OUT redo_lsn pg_lsn, OUT redo_wal_file text, OUT timeline_id integer, OUT prev_timeline_id integer, OUT full_page_writes boolean, OUT next_xid text, OUT next_oid oid, OUT next_multixact_id xid, OUT next_multi_offset xid, OUT oldest_xid xid, OUT oldest_xid_dbid oid, OUT oldest_active_xid xid, OUT oldest_multi_xid xid, OUT oldest_multi_dbid oid, OUT oldest_commit_ts_xid xid, OUT newest_commit_ts_xid xid, OUT checkpoint_time timestamp with time zone)
-pg_control_init(OUT max_data_alignment integer, OUT database_block_size integer, OUT blocks_per_segment integer, OUT wal_block_size integer, OUT bytes_per_wal_segment integer, OUT max_identifier_length integer, OUT max_index_columns integer, OUT max_toast_chunk_size integer, OUT large_object_chunk_size integer, OUT float8_pass_by_value boolean, OUT data_page_checksum_version integer) @13-17
-pg_control_init(OUT max_data_alignment integer, OUT database_block_size integer, OUT blocks_per_segment integer, OUT wal_block_size integer, OUT bytes_per_wal_segment integer, OUT max_identifier_length integer, OUT max_index_columns integer, OUT max_toast_chunk_size integer, OUT large_object_chunk_size integer, OUT float8_pass_by_value boolean, OUT data_page_checksum_version integer, OUT default_char_signedness boolean) @18
-pg_control_recovery(OUT min_recovery_end_lsn pg_lsn, OUT min_recovery_end_timeline integer, OUT backup_start_lsn pg_lsn, OUT backup_end_lsn pg_lsn, OUT end_of_backup_record_required boolean)
-pg_control_system(OUT pg_control_version integer, OUT catalog_version_no integer, OUT system_identifier bigint, OUT pg_control_last_modified timestamp with time zone)
+pg_conversion_is_visible(oid)
-pg_copy_logical_replication_slot(src_slot_name name, dst_slot_name name, OUT slot_name name, OUT lsn pg_lsn)
-pg_copy_logical_replication_slot(src_slot_name name, dst_slot_name name, temporary boolean, OUT slot_name name, OUT lsn pg_lsn)
-pg_copy_logical_replication_slot(src_slot_name name, dst_slot_name name, temporary boolean, plugin name, OUT slot_name name, OUT lsn pg_lsn)
-pg_copy_physical_replication_slot(src_slot_name name, dst_slot_name name, OUT slot_name name, OUT lsn pg_lsn)
-pg_copy_physical_replication_slot(src_slot_name name, dst_slot_name name, temporary boolean, OUT slot_name name, OUT lsn pg_lsn)
-pg_create_logical_replication_slot(slot_name name, plugin name, temporary boolean, OUT slot_name name, OUT lsn pg_lsn) @13
-pg_create_logical_replication_slot(slot_name name, plugin name, temporary boolean, twophase boolean, OUT slot_name name, OUT lsn pg_lsn) @14-16
-pg_create_logical_replication_slot(slot_name name, plugin name, temporary boolean, twophase boolean, failover boolean, OUT slot_name name, OUT lsn pg_lsn) @17-18
-pg_create_physical_replication_slot(slot_name name, immediately_reserve boolean, temporary boolean, OUT slot_name name, OUT lsn pg_lsn)
-pg_create_restore_point(text)
-pg_current_logfile()
-pg_current_logfile(text)
+pg_current_snapshot()
+pg_current_wal_flush_lsn()
+pg_current_wal_insert_lsn()
+pg_current_wal_lsn()
-pg_current_xact_id()
+pg_current_xact_id_if_assigned()
-pg_cursor(OUT name text, OUT statement text, OUT is_holdable boolean, OUT is_binary boolean, OUT is_scrollable boolean, OUT creation_time timestamp with time zone)
+pg_database_collation_actual_version(oid) @15-18
+pg_database_size(name)
+pg_database_size(oid)
-pg_ddl_command_in(cstring)
-pg_ddl_command_out(pg_ddl_command)
-pg_ddl_command_recv(internal)
-pg_ddl_command_send(pg_ddl_command)
-pg_dependencies_in(cstring)
-pg_dependencies_out(pg_dependencies)
-pg_dependencies_recv(internal)
-pg_dependencies_send(pg_dependencies)
+pg_describe_object(oid, oid, integer)
-pg_drop_replication_slot(name)
+pg_encoding_max_length(integer)
+pg_encoding_to_char(integer)
-pg_event_trigger_ddl_commands(OUT classid oid, OUT objid oid, OUT objsubid integer, OUT command_tag text, OUT object_type text, OUT schema_name text, OUT object_identity text, OUT in_extension boolean, OUT command pg_ddl_command)
-pg_event_trigger_dropped_objects(OUT classid oid, OUT objid oid, OUT objsubid integer, OUT original boolean, OUT normal boolean, OUT is_temporary boolean, OUT object_type text, OUT schema_name text, OUT object_name text, OUT object_identity text, OUT address_names text[], OUT address_args text[])
-pg_event_trigger_table_rewrite_oid(OUT oid oid)
-pg_event_trigger_table_rewrite_reason()
-pg_export_snapshot()
-pg_extension_config_dump(regclass, text)
+pg_extension_update_paths(name name, OUT source text, OUT target text, OUT path text)
-pg_filenode_relation(oid, oid)
+pg_function_is_visible(oid)
+pg_get_acl(classid oid, objid oid, objsubid integer) @18
-pg_get_aios(OUT pid integer, OUT io_id integer, OUT io_generation bigint, OUT state text, OUT operation text, OUT off bigint, OUT length bigint, OUT target text, OUT handle_data_len smallint, OUT raw_result integer, OUT result text, OUT target_desc text, OUT f_sync boolean, OUT f_localmem boolean, OUT f_buffered boolean) @18
-pg_get_backend_memory_contexts(OUT name text, OUT ident text, OUT parent text, OUT level integer, OUT total_bytes bigint, OUT total_nblocks bigint, OUT free_bytes bigint, OUT free_chunks bigint, OUT used_bytes bigint) @14-17
-pg_get_backend_memory_contexts(OUT name text, OUT ident text, OUT type text, OUT level integer, OUT path integer[], OUT total_bytes bigint, OUT total_nblocks bigint, OUT free_bytes bigint, OUT free_chunks bigint, OUT used_bytes bigint) @18
+pg_get_catalog_foreign_keys(OUT fktable regclass, OUT fkcols text[], OUT pktable regclass, OUT pkcols text[], OUT is_array boolean, OUT is_opt boolean) @14-18
+pg_get_constraintdef(oid)
+pg_get_constraintdef(oid, boolean)
+pg_get_expr(pg_node_tree, oid)
+pg_get_expr(pg_node_tree, oid, boolean)
+pg_get_function_arg_default(oid, integer)
+pg_get_function_arguments(oid)
+pg_get_function_identity_arguments(oid)
+pg_get_function_result(oid)
+pg_get_function_sqlbody(oid) @14-18
+pg_get_functiondef(oid)
+pg_get_indexdef(oid)
+pg_get_indexdef(oid, integer, boolean)
+pg_get_keywords(OUT word text, OUT catcode "char", OUT barelabel boolean, OUT catdesc text, OUT baredesc text) @14-18
+pg_get_keywords(OUT word text, OUT catcode "char", OUT catdesc text) @13
-pg_get_loaded_modules(OUT module_name text, OUT version text, OUT file_name text) @18
-pg_get_multixact_members(multixid xid, OUT xid xid, OUT mode text)
+pg_get_object_address(type text, object_names text[], object_args text[], OUT classid oid, OUT objid oid, OUT objsubid integer)
+pg_get_partition_constraintdef(oid)
+pg_get_partkeydef(oid)
+pg_get_publication_tables(VARIADIC pubname text[], OUT pubid oid, OUT relid oid, OUT attrs int2vector, OUT qual pg_node_tree) @16-18
+pg_get_publication_tables(pubname text, OUT relid oid) @13-14
+pg_get_publication_tables(pubname text, OUT relid oid, OUT attrs int2vector, OUT qual pg_node_tree) @15
+pg_get_replica_identity_index(regclass)
-pg_get_replication_slots(OUT slot_name name, OUT plugin name, OUT slot_type text, OUT datoid oid, OUT temporary boolean, OUT active boolean, OUT active_pid integer, OUT xmin xid, OUT catalog_xmin xid, OUT restart_lsn pg_lsn, OUT confirmed_flush_lsn pg_lsn, OUT wal_status text, OUT safe_wal_size bigint) @13
-pg_get_replication_slots(OUT slot_name name, OUT plugin name, OUT slot_type text, OUT datoid oid, OUT temporary boolean, OUT active boolean, OUT active_pid integer, OUT xmin xid, OUT catalog_xmin xid, OUT restart_lsn pg_lsn, OUT confirmed_flush_lsn pg_lsn, OUT wal_status text, OUT safe_wal_size bigint, OUT two_phase boolean) @14-15
-pg_get_replication_slots(OUT slot_name name, OUT plugin name, OUT slot_type text, OUT datoid oid, OUT temporary boolean, OUT active boolean, OUT active_pid integer, OUT xmin xid, OUT catalog_xmin xid, OUT restart_lsn pg_lsn, OUT confirmed_flush_lsn pg_lsn, OUT wal_status text, OUT safe_wal_size bigint, OUT two_phase boolean, OUT conflicting boolean) @16
-pg_get_replication_slots(OUT slot_name name, OUT plugin name, OUT slot_type text, OUT datoid oid, OUT temporary boolean, OUT active boolean, OUT active_pid integer, OUT xmin xid, OUT catalog_xmin xid, OUT restart_lsn pg_lsn, OUT confirmed_flush_lsn pg_lsn, OUT wal_status text, OUT safe_wal_size bigint, OUT two_phase boolean, OUT inactive_since timestamp with time zone, OUT conflicting boolean, OUT invalidation_reason text, OUT failover boolean, OUT synced boolean) @17
-pg_get_replication_slots(OUT slot_name name, OUT plugin name, OUT slot_type text, OUT datoid oid, OUT temporary boolean, OUT active boolean, OUT active_pid integer, OUT xmin xid, OUT catalog_xmin xid, OUT restart_lsn pg_lsn, OUT confirmed_flush_lsn pg_lsn, OUT wal_status text, OUT safe_wal_size bigint, OUT two_phase boolean, OUT two_phase_at pg_lsn, OUT inactive_since timestamp with time zone, OUT conflicting boolean, OUT invalidation_reason text, OUT failover boolean, OUT synced boolean) @18
+pg_get_ruledef(oid)
+pg_get_ruledef(oid, boolean)
-pg_get_sequence_data(sequence_oid regclass, OUT last_value bigint, OUT is_called boolean) @18
+pg_get_serial_sequence(text, text)
-pg_get_shmem_allocations(OUT name text, OUT off bigint, OUT size bigint, OUT allocated_size bigint)
-pg_get_shmem_allocations_numa(OUT name text, OUT numa_node integer, OUT size bigint) @18
+pg_get_statisticsobjdef(oid)
+pg_get_statisticsobjdef_columns(oid) @14-18
+pg_get_statisticsobjdef_expressions(oid) @14-18
+pg_get_triggerdef(oid)
+pg_get_triggerdef(oid, boolean)
+pg_get_userbyid(oid)
+pg_get_viewdef(oid)
+pg_get_viewdef(oid, boolean)
+pg_get_viewdef(oid, integer)
+pg_get_viewdef(text)
+pg_get_viewdef(text, boolean)
-pg_get_wait_events(OUT type text, OUT name text, OUT description text) @17-18
+pg_get_wal_replay_pause_state() @14-18
-pg_get_wal_resource_managers(OUT rm_id integer, OUT rm_name text, OUT rm_builtin boolean) @15-18
-pg_get_wal_summarizer_state(OUT summarized_tli bigint, OUT summarized_lsn pg_lsn, OUT pending_lsn pg_lsn, OUT summarizer_pid integer) @17-18
+pg_has_role(name, name, text)
+pg_has_role(name, oid, text)
+pg_has_role(name, text)
+pg_has_role(oid, name, text)
+pg_has_role(oid, oid, text)
+pg_has_role(oid, text)
-pg_hba_file_rules(OUT line_number integer, OUT type text, OUT database text[], OUT user_name text[], OUT address text, OUT netmask text, OUT auth_method text, OUT options text[], OUT error text) @13-15
-pg_hba_file_rules(OUT rule_number integer, OUT file_name text, OUT line_number integer, OUT type text, OUT database text[], OUT user_name text[], OUT address text, OUT netmask text, OUT auth_method text, OUT options text[], OUT error text) @16-18
-pg_ident_file_mappings(OUT line_number integer, OUT map_name text, OUT sys_name text, OUT pg_username text, OUT error text) @15
-pg_ident_file_mappings(OUT map_number integer, OUT file_name text, OUT line_number integer, OUT map_name text, OUT sys_name text, OUT pg_username text, OUT error text) @16-18
-pg_identify_object(classid oid, objid oid, objsubid integer, OUT type text, OUT schema text, OUT name text, OUT identity text)
-pg_identify_object_as_address(classid oid, objid oid, objsubid integer, OUT type text, OUT object_names text[], OUT object_args text[])
-pg_import_system_collations(regnamespace)
+pg_index_column_has_property(regclass, integer, text)
+pg_index_has_property(regclass, text)
+pg_indexam_has_property(oid, text)
+pg_indexam_progress_phasename(oid, bigint)
+pg_indexes_size(regclass)
+pg_input_error_info(value text, type_name text, OUT message text, OUT detail text, OUT hint text, OUT sql_error_code text) @16-18
+pg_input_is_valid(text, text) @16-18
-pg_is_in_backup() @13-14
+pg_is_in_recovery()
+pg_is_other_temp_schema(oid)
+pg_is_wal_replay_paused()
-pg_isolation_test_session_is_blocked(integer, integer[])
+pg_jit_available()
-pg_last_committed_xact(OUT xid xid, OUT "timestamp" timestamp with time zone) @13
-pg_last_committed_xact(OUT xid xid, OUT "timestamp" timestamp with time zone, OUT roident oid) @14-18
+pg_last_wal_receive_lsn()
+pg_last_wal_replay_lsn()
+pg_last_xact_replay_timestamp()
+pg_listening_channels()
-pg_lock_status(OUT locktype text, OUT database oid, OUT relation oid, OUT page integer, OUT tuple smallint, OUT virtualxid text, OUT transactionid xid, OUT classid oid, OUT objid oid, OUT objsubid smallint, OUT virtualtransaction text, OUT pid integer, OUT mode text, OUT granted boolean, OUT fastpath boolean) @13
-pg_lock_status(OUT locktype text, OUT database oid, OUT relation oid, OUT page integer, OUT tuple smallint, OUT virtualxid text, OUT transactionid xid, OUT classid oid, OUT objid oid, OUT objsubid smallint, OUT virtualtransaction text, OUT pid integer, OUT mode text, OUT granted boolean, OUT fastpath boolean, OUT waitstart timestamp with time zone) @14-18
-pg_log_backend_memory_contexts(integer) @14-18
-pg_log_standby_snapshot() @16-18
-pg_logical_emit_message(boolean, text, bytea) @13-16
-pg_logical_emit_message(boolean, text, text) @13-16
-pg_logical_emit_message(transactional boolean, prefix text, message bytea, flush boolean) @17-18
-pg_logical_emit_message(transactional boolean, prefix text, message text, flush boolean) @17-18
-pg_logical_slot_get_binary_changes(slot_name name, upto_lsn pg_lsn, upto_nchanges integer, VARIADIC options text[], OUT lsn pg_lsn, OUT xid xid, OUT data bytea)
-pg_logical_slot_get_changes(slot_name name, upto_lsn pg_lsn, upto_nchanges integer, VARIADIC options text[], OUT lsn pg_lsn, OUT xid xid, OUT data text)
-pg_logical_slot_peek_binary_changes(slot_name name, upto_lsn pg_lsn, upto_nchanges integer, VARIADIC options text[], OUT lsn pg_lsn, OUT xid xid, OUT data bytea)
-pg_logical_slot_peek_changes(slot_name name, upto_lsn pg_lsn, upto_nchanges integer, VARIADIC options text[], OUT lsn pg_lsn, OUT xid xid, OUT data text)
-pg_ls_archive_statusdir(OUT name text, OUT size bigint, OUT modification timestamp with time zone)
-pg_ls_dir(text)
-pg_ls_dir(text, boolean, boolean)
-pg_ls_logdir(OUT name text, OUT size bigint, OUT modification timestamp with time zone)
-pg_ls_logicalmapdir(OUT name text, OUT size bigint, OUT modification timestamp with time zone) @15-18
-pg_ls_logicalsnapdir(OUT name text, OUT size bigint, OUT modification timestamp with time zone) @15-18
-pg_ls_replslotdir(slot_name text, OUT name text, OUT size bigint, OUT modification timestamp with time zone) @15-18
-pg_ls_summariesdir(OUT name text, OUT size bigint, OUT modification timestamp with time zone) @18
-pg_ls_tmpdir(OUT name text, OUT size bigint, OUT modification timestamp with time zone)
-pg_ls_tmpdir(tablespace oid, OUT name text, OUT size bigint, OUT modification timestamp with time zone)
-pg_ls_waldir(OUT name text, OUT size bigint, OUT modification timestamp with time zone)
+pg_lsn(numeric) @14-18
+pg_lsn_cmp(pg_lsn, pg_lsn)
+pg_lsn_eq(pg_lsn, pg_lsn)
+pg_lsn_ge(pg_lsn, pg_lsn)
+pg_lsn_gt(pg_lsn, pg_lsn)
+pg_lsn_hash(pg_lsn)
+pg_lsn_hash_extended(pg_lsn, bigint)
-pg_lsn_in(cstring)
+pg_lsn_larger(pg_lsn, pg_lsn)
+pg_lsn_le(pg_lsn, pg_lsn)
+pg_lsn_lt(pg_lsn, pg_lsn)
+pg_lsn_mi(pg_lsn, pg_lsn)
+pg_lsn_mii(pg_lsn, numeric) @14-18
+pg_lsn_ne(pg_lsn, pg_lsn)
-pg_lsn_out(pg_lsn)
+pg_lsn_pli(pg_lsn, numeric) @14-18
-pg_lsn_recv(internal)
-pg_lsn_send(pg_lsn)
+pg_lsn_smaller(pg_lsn, pg_lsn)
-pg_mcv_list_in(cstring)
-pg_mcv_list_items(mcv_list pg_mcv_list, OUT index integer, OUT "values" text[], OUT nulls boolean[], OUT frequency double precision, OUT base_frequency double precision)
-pg_mcv_list_out(pg_mcv_list)
-pg_mcv_list_recv(internal)
-pg_mcv_list_send(pg_mcv_list)
+pg_my_temp_schema()
-pg_ndistinct_in(cstring)
-pg_ndistinct_out(pg_ndistinct)
-pg_ndistinct_recv(internal)
-pg_ndistinct_send(pg_ndistinct)
-pg_nextoid(regclass, name, regclass)
-pg_node_tree_in(cstring)
-pg_node_tree_out(pg_node_tree)
-pg_node_tree_recv(internal)
-pg_node_tree_send(pg_node_tree)
+pg_notification_queue_usage()
-pg_notify(text, text)
+pg_numa_available() @18
+pg_opclass_is_visible(oid)
+pg_operator_is_visible(oid)
+pg_opfamily_is_visible(oid)
+pg_options_to_table(options_array text[], OUT option_name text, OUT option_value text)
+pg_partition_ancestors(partitionid regclass, OUT relid regclass)
+pg_partition_root(regclass)
+pg_partition_tree(rootrelid regclass, OUT relid regclass, OUT parentrelid regclass, OUT isleaf boolean, OUT level integer)
+pg_postmaster_start_time()
-pg_prepared_statement(OUT name text, OUT statement text, OUT prepare_time timestamp with time zone, OUT parameter_types regtype[], OUT from_sql boolean) @13
-pg_prepared_statement(OUT name text, OUT statement text, OUT prepare_time timestamp with time zone, OUT parameter_types regtype[], OUT from_sql boolean, OUT generic_plans bigint, OUT custom_plans bigint) @14-15
-pg_prepared_statement(OUT name text, OUT statement text, OUT prepare_time timestamp with time zone, OUT parameter_types regtype[], OUT result_types regtype[], OUT from_sql boolean, OUT generic_plans bigint, OUT custom_plans bigint) @16-18
-pg_prepared_xact(OUT transaction xid, OUT gid text, OUT prepared timestamp with time zone, OUT ownerid oid, OUT dbid oid)
-pg_promote(wait boolean, wait_seconds integer)
-pg_read_binary_file(text)
-pg_read_binary_file(text, bigint, bigint)
-pg_read_binary_file(text, bigint, bigint, boolean)
-pg_read_binary_file(text, boolean) @16-18
-pg_read_file(text)
-pg_read_file(text, bigint, bigint)
-pg_read_file(text, bigint, bigint, boolean)
-pg_read_file(text, boolean) @16-18
-pg_read_file_old(text, bigint, bigint) @13-16
-pg_relation_filenode(regclass)
-pg_relation_filepath(regclass)
+pg_relation_is_publishable(regclass)
+pg_relation_is_updatable(regclass, boolean)
+pg_relation_size(regclass)
+pg_relation_size(regclass, text)
-pg_reload_conf()
-pg_replication_origin_advance(text, pg_lsn)
-pg_replication_origin_create(text)
-pg_replication_origin_drop(text)
-pg_replication_origin_oid(text)
-pg_replication_origin_progress(text, boolean)
-pg_replication_origin_session_is_setup()
-pg_replication_origin_session_progress(boolean)
-pg_replication_origin_session_reset()
-pg_replication_origin_session_setup(text)
-pg_replication_origin_xact_reset()
-pg_replication_origin_xact_setup(pg_lsn, timestamp with time zone)
-pg_replication_slot_advance(slot_name name, upto_lsn pg_lsn, OUT slot_name name, OUT end_lsn pg_lsn)
-pg_restore_attribute_stats(VARIADIC kwargs "any") @18
-pg_restore_relation_stats(VARIADIC kwargs "any") @18
-pg_rotate_logfile()
-pg_rotate_logfile_old() @13-16
+pg_safe_snapshot_blocking_pids(integer)
-pg_sequence_last_value(regclass)
+pg_sequence_parameters(sequence_oid oid, OUT start_value bigint, OUT minimum_value bigint, OUT maximum_value bigint, OUT increment bigint, OUT cycle_option boolean, OUT cache_size bigint, OUT data_type oid)
+pg_settings_get_flags(text) @15-18
-pg_show_all_file_settings(OUT sourcefile text, OUT sourceline integer, OUT seqno integer, OUT name text, OUT setting text, OUT applied boolean, OUT error text)
-pg_show_all_settings(OUT name text, OUT setting text, OUT unit text, OUT category text, OUT short_desc text, OUT extra_desc text, OUT context text, OUT vartype text, OUT source text, OUT min_val text, OUT max_val text, OUT enumvals text[], OUT boot_val text, OUT reset_val text, OUT sourcefile text, OUT sourceline integer, OUT pending_restart boolean)
-pg_show_replication_origin_status(OUT local_id oid, OUT external_id text, OUT remote_lsn pg_lsn, OUT local_lsn pg_lsn)
+pg_size_bytes(text)
+pg_size_pretty(bigint)
+pg_size_pretty(numeric)
-pg_sleep(double precision)
-pg_sleep_for(interval)
-pg_sleep_until(timestamp with time zone)
-pg_snapshot_in(cstring)
-pg_snapshot_out(pg_snapshot)
-pg_snapshot_recv(internal)
-pg_snapshot_send(pg_snapshot)
+pg_snapshot_xip(pg_snapshot)
+pg_snapshot_xmax(pg_snapshot)
+pg_snapshot_xmin(pg_snapshot)
-pg_split_walfile_name(file_name text, OUT segment_number numeric, OUT timeline_id bigint) @16-18
-pg_start_backup(label text, fast boolean, exclusive boolean) @13-14
-pg_stat_clear_snapshot()
-pg_stat_file(filename text, OUT size bigint, OUT access timestamp with time zone, OUT modification timestamp with time zone, OUT change timestamp with time zone, OUT creation timestamp with time zone, OUT isdir boolean)
-pg_stat_file(filename text, missing_ok boolean, OUT size bigint, OUT access timestamp with time zone, OUT modification timestamp with time zone, OUT change timestamp with time zone, OUT creation timestamp with time zone, OUT isdir boolean)
-pg_stat_force_next_flush() @15-18
-pg_stat_get_activity(pid integer, OUT datid oid, OUT pid integer, OUT usesysid oid, OUT application_name text, OUT state text, OUT query text, OUT wait_event_type text, OUT wait_event text, OUT xact_start timestamp with time zone, OUT query_start timestamp with time zone, OUT backend_start timestamp with time zone, OUT state_change timestamp with time zone, OUT client_addr inet, OUT client_hostname text, OUT client_port integer, OUT backend_xid xid, OUT backend_xmin xid, OUT backend_type text, OUT ssl boolean, OUT sslversion text, OUT sslcipher text, OUT sslbits integer, OUT ssl_client_dn text, OUT ssl_client_serial numeric, OUT ssl_issuer_dn text, OUT gss_auth boolean, OUT gss_princ text, OUT gss_enc boolean, OUT gss_delegation boolean, OUT leader_pid integer, OUT query_id bigint) @16-18
-pg_stat_get_activity(pid integer, OUT datid oid, OUT pid integer, OUT usesysid oid, OUT application_name text, OUT state text, OUT query text, OUT wait_event_type text, OUT wait_event text, OUT xact_start timestamp with time zone, OUT query_start timestamp with time zone, OUT backend_start timestamp with time zone, OUT state_change timestamp with time zone, OUT client_addr inet, OUT client_hostname text, OUT client_port integer, OUT backend_xid xid, OUT backend_xmin xid, OUT backend_type text, OUT ssl boolean, OUT sslversion text, OUT sslcipher text, OUT sslbits integer, OUT ssl_client_dn text, OUT ssl_client_serial numeric, OUT ssl_issuer_dn text, OUT gss_auth boolean, OUT gss_princ text, OUT gss_enc boolean, OUT leader_pid integer, OUT query_id bigint) @14-15
-pg_stat_get_activity(pid integer, OUT datid oid, OUT pid integer, OUT usesysid oid, OUT application_name text, OUT state text, OUT query text, OUT wait_event_type text, OUT wait_event text, OUT xact_start timestamp with time zone, OUT query_start timestamp with time zone, OUT backend_start timestamp with time zone, OUT state_change timestamp with time zone, OUT client_addr inet, OUT client_hostname text, OUT client_port integer, OUT backend_xid xid, OUT backend_xmin xid, OUT backend_type text, OUT ssl boolean, OUT sslversion text, OUT sslcipher text, OUT sslbits integer, OUT sslcompression boolean, OUT ssl_client_dn text, OUT ssl_client_serial numeric, OUT ssl_issuer_dn text, OUT gss_auth boolean, OUT gss_princ text, OUT gss_enc boolean, OUT leader_pid integer) @13
-pg_stat_get_analyze_count(oid)
-pg_stat_get_archiver(OUT archived_count bigint, OUT last_archived_wal text, OUT last_archived_time timestamp with time zone, OUT failed_count bigint, OUT last_failed_wal text, OUT last_failed_time timestamp with time zone, OUT stats_reset timestamp with time zone)
-pg_stat_get_autoanalyze_count(oid)
-pg_stat_get_autovacuum_count(oid)
-pg_stat_get_backend_activity(integer)
-pg_stat_get_backend_activity_start(integer)
-pg_stat_get_backend_client_addr(integer)
-pg_stat_get_backend_client_port(integer)
-pg_stat_get_backend_dbid(integer)
-pg_stat_get_backend_idset()
-pg_stat_get_backend_io(backend_pid integer, OUT backend_type text, OUT object text, OUT context text, OUT reads bigint, OUT read_bytes numeric, OUT read_time double precision, OUT writes bigint, OUT write_bytes numeric, OUT write_time double precision, OUT writebacks bigint, OUT writeback_time double precision, OUT extends bigint, OUT extend_bytes numeric, OUT extend_time double precision, OUT hits bigint, OUT evictions bigint, OUT reuses bigint, OUT fsyncs bigint, OUT fsync_time double precision, OUT stats_reset timestamp with time zone) @18
-pg_stat_get_backend_pid(integer)
-pg_stat_get_backend_start(integer)
-pg_stat_get_backend_subxact(bid integer, OUT subxact_count integer, OUT subxact_overflowed boolean) @16-18
-pg_stat_get_backend_userid(integer)
-pg_stat_get_backend_wait_event(integer)
-pg_stat_get_backend_wait_event_type(integer)
-pg_stat_get_backend_wal(backend_pid integer, OUT wal_records bigint, OUT wal_fpi bigint, OUT wal_bytes numeric, OUT wal_buffers_full bigint, OUT stats_reset timestamp with time zone) @18
-pg_stat_get_backend_xact_start(integer)
-pg_stat_get_bgwriter_buf_written_checkpoints() @13-16
-pg_stat_get_bgwriter_buf_written_clean()
-pg_stat_get_bgwriter_maxwritten_clean()
-pg_stat_get_bgwriter_requested_checkpoints() @13-16
-pg_stat_get_bgwriter_stat_reset_time()
-pg_stat_get_bgwriter_timed_checkpoints() @13-16
-pg_stat_get_blocks_fetched(oid)
-pg_stat_get_blocks_hit(oid)
-pg_stat_get_buf_alloc()
-pg_stat_get_buf_fsync_backend() @13-16
-pg_stat_get_buf_written_backend() @13-16
-pg_stat_get_checkpoint_sync_time() @13-16
-pg_stat_get_checkpoint_write_time() @13-16
-pg_stat_get_checkpointer_buffers_written() @17-18
-pg_stat_get_checkpointer_num_performed() @18
-pg_stat_get_checkpointer_num_requested() @17-18
-pg_stat_get_checkpointer_num_timed() @17-18
-pg_stat_get_checkpointer_restartpoints_performed() @17-18
-pg_stat_get_checkpointer_restartpoints_requested() @17-18
-pg_stat_get_checkpointer_restartpoints_timed() @17-18
-pg_stat_get_checkpointer_slru_written() @18
-pg_stat_get_checkpointer_stat_reset_time() @17-18
-pg_stat_get_checkpointer_sync_time() @17-18
-pg_stat_get_checkpointer_write_time() @17-18
-pg_stat_get_db_active_time(oid) @14-18
-pg_stat_get_db_blk_read_time(oid)
-pg_stat_get_db_blk_write_time(oid)
-pg_stat_get_db_blocks_fetched(oid)
-pg_stat_get_db_blocks_hit(oid)
-pg_stat_get_db_checksum_failures(oid)
-pg_stat_get_db_checksum_last_failure(oid)
-pg_stat_get_db_conflict_all(oid)
-pg_stat_get_db_conflict_bufferpin(oid)
-pg_stat_get_db_conflict_lock(oid)
-pg_stat_get_db_conflict_logicalslot(oid) @16-18
-pg_stat_get_db_conflict_snapshot(oid)
-pg_stat_get_db_conflict_startup_deadlock(oid)
-pg_stat_get_db_conflict_tablespace(oid)
-pg_stat_get_db_deadlocks(oid)
-pg_stat_get_db_idle_in_transaction_time(oid) @14-18
-pg_stat_get_db_numbackends(oid)
-pg_stat_get_db_parallel_workers_launched(oid) @18
-pg_stat_get_db_parallel_workers_to_launch(oid) @18
-pg_stat_get_db_session_time(oid) @14-18
-pg_stat_get_db_sessions(oid) @14-18
-pg_stat_get_db_sessions_abandoned(oid) @14-18
-pg_stat_get_db_sessions_fatal(oid) @14-18
-pg_stat_get_db_sessions_killed(oid) @14-18
-pg_stat_get_db_stat_reset_time(oid)
-pg_stat_get_db_temp_bytes(oid)
-pg_stat_get_db_temp_files(oid)
-pg_stat_get_db_tuples_deleted(oid)
-pg_stat_get_db_tuples_fetched(oid)
-pg_stat_get_db_tuples_inserted(oid)
-pg_stat_get_db_tuples_returned(oid)
-pg_stat_get_db_tuples_updated(oid)
-pg_stat_get_db_xact_commit(oid)
-pg_stat_get_db_xact_rollback(oid)
-pg_stat_get_dead_tuples(oid)
-pg_stat_get_function_calls(oid)
-pg_stat_get_function_self_time(oid)
-pg_stat_get_function_total_time(oid)
-pg_stat_get_ins_since_vacuum(oid)
-pg_stat_get_io(OUT backend_type text, OUT object text, OUT context text, OUT reads bigint, OUT read_bytes numeric, OUT read_time double precision, OUT writes bigint, OUT write_bytes numeric, OUT write_time double precision, OUT writebacks bigint, OUT writeback_time double precision, OUT extends bigint, OUT extend_bytes numeric, OUT extend_time double precision, OUT hits bigint, OUT evictions bigint, OUT reuses bigint, OUT fsyncs bigint, OUT fsync_time double precision, OUT stats_reset timestamp with time zone) @18
-pg_stat_get_io(OUT backend_type text, OUT object text, OUT context text, OUT reads bigint, OUT read_time double precision, OUT writes bigint, OUT write_time double precision, OUT writebacks bigint, OUT writeback_time double precision, OUT extends bigint, OUT extend_time double precision, OUT op_bytes bigint, OUT hits bigint, OUT evictions bigint, OUT reuses bigint, OUT fsyncs bigint, OUT fsync_time double precision, OUT stats_reset timestamp with time zone) @16-17
-pg_stat_get_last_analyze_time(oid)
-pg_stat_get_last_autoanalyze_time(oid)
-pg_stat_get_last_autovacuum_time(oid)
-pg_stat_get_last_vacuum_time(oid)
-pg_stat_get_lastscan(oid) @16-18
-pg_stat_get_live_tuples(oid)
-pg_stat_get_mod_since_analyze(oid)
-pg_stat_get_numscans(oid)
-pg_stat_get_progress_info(cmdtype text, OUT pid integer, OUT datid oid, OUT relid oid, OUT param1 bigint, OUT param2 bigint, OUT param3 bigint, OUT param4 bigint, OUT param5 bigint, OUT param6 bigint, OUT param7 bigint, OUT param8 bigint, OUT param9 bigint, OUT param10 bigint, OUT param11 bigint, OUT param12 bigint, OUT param13 bigint, OUT param14 bigint, OUT param15 bigint, OUT param16 bigint, OUT param17 bigint, OUT param18 bigint, OUT param19 bigint, OUT param20 bigint)
-pg_stat_get_recovery_prefetch(OUT stats_reset timestamp with time zone, OUT prefetch bigint, OUT hit bigint, OUT skip_init bigint, OUT skip_new bigint, OUT skip_fpw bigint, OUT skip_rep bigint, OUT wal_distance integer, OUT block_distance integer, OUT io_depth integer) @15-18
-pg_stat_get_replication_slot(slot_name text, OUT slot_name text, OUT spill_txns bigint, OUT spill_count bigint, OUT spill_bytes bigint, OUT stream_txns bigint, OUT stream_count bigint, OUT stream_bytes bigint, OUT total_txns bigint, OUT total_bytes bigint, OUT stats_reset timestamp with time zone) @14-18
-pg_stat_get_slru(OUT name text, OUT blks_zeroed bigint, OUT blks_hit bigint, OUT blks_read bigint, OUT blks_written bigint, OUT blks_exists bigint, OUT flushes bigint, OUT truncates bigint, OUT stats_reset timestamp with time zone)
-pg_stat_get_snapshot_timestamp()
-pg_stat_get_subscription(subid oid, OUT subid oid, OUT relid oid, OUT pid integer, OUT leader_pid integer, OUT received_lsn pg_lsn, OUT last_msg_send_time timestamp with time zone, OUT last_msg_receipt_time timestamp with time zone, OUT latest_end_lsn pg_lsn, OUT latest_end_time timestamp with time zone) @16
-pg_stat_get_subscription(subid oid, OUT subid oid, OUT relid oid, OUT pid integer, OUT leader_pid integer, OUT received_lsn pg_lsn, OUT last_msg_send_time timestamp with time zone, OUT last_msg_receipt_time timestamp with time zone, OUT latest_end_lsn pg_lsn, OUT latest_end_time timestamp with time zone, OUT worker_type text) @17-18
-pg_stat_get_subscription(subid oid, OUT subid oid, OUT relid oid, OUT pid integer, OUT received_lsn pg_lsn, OUT last_msg_send_time timestamp with time zone, OUT last_msg_receipt_time timestamp with time zone, OUT latest_end_lsn pg_lsn, OUT latest_end_time timestamp with time zone) @13-15
-pg_stat_get_subscription_stats(subid oid, OUT subid oid, OUT apply_error_count bigint, OUT sync_error_count bigint, OUT confl_insert_exists bigint, OUT confl_update_origin_differs bigint, OUT confl_update_exists bigint, OUT confl_update_missing bigint, OUT confl_delete_origin_differs bigint, OUT confl_delete_missing bigint, OUT confl_multiple_unique_conflicts bigint, OUT stats_reset timestamp with time zone) @18
-pg_stat_get_subscription_stats(subid oid, OUT subid oid, OUT apply_error_count bigint, OUT sync_error_count bigint, OUT stats_reset timestamp with time zone) @15-17
-pg_stat_get_total_analyze_time(oid) @18
-pg_stat_get_total_autoanalyze_time(oid) @18
-pg_stat_get_total_autovacuum_time(oid) @18
-pg_stat_get_total_vacuum_time(oid) @18
-pg_stat_get_tuples_deleted(oid)
-pg_stat_get_tuples_fetched(oid)
-pg_stat_get_tuples_hot_updated(oid)
-pg_stat_get_tuples_inserted(oid)
-pg_stat_get_tuples_newpage_updated(oid) @16-18
-pg_stat_get_tuples_returned(oid)
-pg_stat_get_tuples_updated(oid)
-pg_stat_get_vacuum_count(oid)
-pg_stat_get_wal(OUT wal_records bigint, OUT wal_fpi bigint, OUT wal_bytes numeric, OUT wal_buffers_full bigint, OUT stats_reset timestamp with time zone) @18
-pg_stat_get_wal(OUT wal_records bigint, OUT wal_fpi bigint, OUT wal_bytes numeric, OUT wal_buffers_full bigint, OUT wal_write bigint, OUT wal_sync bigint, OUT wal_write_time double precision, OUT wal_sync_time double precision, OUT stats_reset timestamp with time zone) @14-17
-pg_stat_get_wal_receiver(OUT pid integer, OUT status text, OUT receive_start_lsn pg_lsn, OUT receive_start_tli integer, OUT written_lsn pg_lsn, OUT flushed_lsn pg_lsn, OUT received_tli integer, OUT last_msg_send_time timestamp with time zone, OUT last_msg_receipt_time timestamp with time zone, OUT latest_end_lsn pg_lsn, OUT latest_end_time timestamp with time zone, OUT slot_name text, OUT sender_host text, OUT sender_port integer, OUT conninfo text)
-pg_stat_get_wal_senders(OUT pid integer, OUT state text, OUT sent_lsn pg_lsn, OUT write_lsn pg_lsn, OUT flush_lsn pg_lsn, OUT replay_lsn pg_lsn, OUT write_lag interval, OUT flush_lag interval, OUT replay_lag interval, OUT sync_priority integer, OUT sync_state text, OUT reply_time timestamp with time zone)
-pg_stat_get_xact_blocks_fetched(oid)
-pg_stat_get_xact_blocks_hit(oid)
-pg_stat_get_xact_function_calls(oid)
-pg_stat_get_xact_function_self_time(oid)
-pg_stat_get_xact_function_total_time(oid)
-pg_stat_get_xact_numscans(oid)
-pg_stat_get_xact_tuples_deleted(oid)
-pg_stat_get_xact_tuples_fetched(oid)
-pg_stat_get_xact_tuples_hot_updated(oid)
-pg_stat_get_xact_tuples_inserted(oid)
-pg_stat_get_xact_tuples_newpage_updated(oid) @16-18
-pg_stat_get_xact_tuples_returned(oid)
-pg_stat_get_xact_tuples_updated(oid)
-pg_stat_have_stats(text, oid, bigint) @18
-pg_stat_have_stats(text, oid, oid) @15-17
-pg_stat_reset()
-pg_stat_reset_backend_stats(integer) @18
-pg_stat_reset_replication_slot(text) @14-18
-pg_stat_reset_shared(target text) @17-18
-pg_stat_reset_shared(text) @13-16
-pg_stat_reset_single_function_counters(oid)
-pg_stat_reset_single_table_counters(oid)
-pg_stat_reset_slru(target text) @17-18
-pg_stat_reset_slru(text) @13-16
-pg_stat_reset_subscription_stats(oid) @15-18
+pg_statistics_obj_is_visible(oid)
-pg_stop_backup() @13-14
-pg_stop_backup(exclusive boolean, wait_for_archive boolean, OUT lsn pg_lsn, OUT labelfile text, OUT spcmapfile text) @13-14
-pg_stop_making_pinned_objects() @15-18
-pg_switch_wal()
-pg_sync_replication_slots() @17-18
+pg_table_is_visible(oid)
+pg_table_size(regclass)
+pg_tablespace_databases(oid)
+pg_tablespace_location(oid)
+pg_tablespace_size(name)
+pg_tablespace_size(oid)
-pg_terminate_backend(integer) @13
-pg_terminate_backend(pid integer, timeout bigint) @14-18
+pg_timezone_abbrevs(OUT abbrev text, OUT utc_offset interval, OUT is_dst boolean) @13-17
+pg_timezone_abbrevs_abbrevs(OUT abbrev text, OUT utc_offset interval, OUT is_dst boolean) @18
+pg_timezone_abbrevs_zone(OUT abbrev text, OUT utc_offset interval, OUT is_dst boolean) @18
+pg_timezone_names(OUT name text, OUT abbrev text, OUT utc_offset interval, OUT is_dst boolean)
+pg_total_relation_size(regclass)
+pg_trigger_depth()
-pg_try_advisory_lock(bigint)
-pg_try_advisory_lock(integer, integer)
-pg_try_advisory_lock_shared(bigint)
-pg_try_advisory_lock_shared(integer, integer)
-pg_try_advisory_xact_lock(bigint)
-pg_try_advisory_xact_lock(integer, integer)
-pg_try_advisory_xact_lock_shared(bigint)
-pg_try_advisory_xact_lock_shared(integer, integer)
+pg_ts_config_is_visible(oid)
+pg_ts_dict_is_visible(oid)
+pg_ts_parser_is_visible(oid)
+pg_ts_template_is_visible(oid)
+pg_type_is_visible(oid)
+pg_typeof("any")
+pg_visible_in_snapshot(xid8, pg_snapshot)
+pg_wal_lsn_diff(pg_lsn, pg_lsn)
-pg_wal_replay_pause()
-pg_wal_replay_resume()
-pg_wal_summary_contents(tli bigint, start_lsn pg_lsn, end_lsn pg_lsn, OUT relfilenode oid, OUT reltablespace oid, OUT reldatabase oid, OUT relforknumber smallint, OUT relblocknumber bigint, OUT is_limit_block boolean) @17-18
-pg_walfile_name(pg_lsn)
-pg_walfile_name_offset(lsn pg_lsn, OUT file_name text, OUT file_offset integer)
-pg_xact_commit_timestamp(xid)
-pg_xact_commit_timestamp_origin(xid xid, OUT "timestamp" timestamp with time zone, OUT roident oid) @14-18
-pg_xact_status(xid8)
+phraseto_tsquery(regconfig, text)
+phraseto_tsquery(text)
+pi()
+plainto_tsquery(regconfig, text)
+plainto_tsquery(text)
-plpgsql_call_handler()
-plpgsql_inline_handler(internal)
-plpgsql_validator(oid)
+point(box)
+point(circle)
+point(double precision, double precision)
+point(lseg)
+point(path) @13-14
+point(polygon)
+point_above(point, point)
+point_add(point, point)
+point_below(point, point)
+point_distance(point, point)
+point_div(point, point)
+point_eq(point, point)
+point_horiz(point, point)
-point_in(cstring)
+point_left(point, point)
+point_mul(point, point)
+point_ne(point, point)
-point_out(point)
-point_recv(internal)
+point_right(point, point)
-point_send(point)
+point_sub(point, point)
+point_vert(point, point)
+poly_above(polygon, polygon)
+poly_below(polygon, polygon)
+poly_center(polygon)
+poly_contain(polygon, polygon)
+poly_contain_pt(polygon, point)
+poly_contained(polygon, polygon)
+poly_distance(polygon, polygon)
-poly_in(cstring)
+poly_left(polygon, polygon)
+poly_npoints(polygon)
-poly_out(polygon)
+poly_overabove(polygon, polygon)
+poly_overbelow(polygon, polygon)
+poly_overlap(polygon, polygon)
+poly_overleft(polygon, polygon)
+poly_overright(polygon, polygon)
-poly_recv(internal)
+poly_right(polygon, polygon)
+poly_same(polygon, polygon)
-poly_send(polygon)
+polygon(box)
+polygon(circle)
+polygon(integer, circle)
+polygon(path)
+popen(path)
+position(bit, bit)
+position(bytea, bytea)
+position(text, text)
-positionjoinsel(internal, oid, internal, smallint, internal)
-positionsel(internal, oid, internal, integer)
+postgresql_fdw_validator(text[], oid)
+pow(double precision, double precision)
+pow(numeric, numeric)
+power(double precision, double precision)
+power(numeric, numeric)
-prefixjoinsel(internal, oid, internal, smallint, internal)
-prefixsel(internal, oid, internal, integer)
-prsd_end(internal)
-prsd_headline(internal, internal, tsquery)
-prsd_lextype(internal)
-prsd_nexttoken(internal, internal, internal)
-prsd_start(internal, integer)
+pt_contained_circle(point, circle)
+pt_contained_poly(point, polygon)
-query_to_xml(query text, nulls boolean, tableforest boolean, targetns text)
-query_to_xml_and_xmlschema(query text, nulls boolean, tableforest boolean, targetns text)
-query_to_xmlschema(query text, nulls boolean, tableforest boolean, targetns text)
+querytree(tsquery)
+quote_ident(text)
+quote_literal(anyelement)
+quote_literal(text)
+quote_nullable(anyelement)
+quote_nullable(text)
+radians(double precision)
+radius(circle)
+random()
+random(min bigint, max bigint) @17-18
+random(min integer, max integer) @17-18
+random(min numeric, max numeric) @17-18
+random_normal(mean double precision, stddev double precision) @16-18
+range_adjacent(anyrange, anyrange)
+range_adjacent_multirange(anyrange, anymultirange) @14-18
+range_after(anyrange, anyrange)
+range_after_multirange(anyrange, anymultirange) @14-18
+range_agg(anymultirange) @15-18
+range_agg(anyrange) @14-18
-range_agg_finalfn(internal, anyrange) @14-18
-range_agg_transfn(internal, anyrange) @14-18
+range_before(anyrange, anyrange)
+range_before_multirange(anyrange, anymultirange) @14-18
+range_cmp(anyrange, anyrange)
+range_contained_by(anyrange, anyrange)
+range_contained_by_multirange(anyrange, anymultirange) @14-18
+range_contains(anyrange, anyrange)
+range_contains_elem(anyrange, anyelement)
-range_contains_elem_support(internal) @17-18
+range_contains_multirange(anyrange, anymultirange) @14-18
+range_eq(anyrange, anyrange)
+range_ge(anyrange, anyrange)
-range_gist_consistent(internal, anyrange, smallint, oid, internal)
-range_gist_penalty(internal, internal, internal)
-range_gist_picksplit(internal, internal)
-range_gist_same(anyrange, anyrange, internal)
-range_gist_union(internal, internal)
+range_gt(anyrange, anyrange)
-range_in(cstring, oid, integer)
+range_intersect(anyrange, anyrange)
+range_intersect_agg(anymultirange) @14-18
+range_intersect_agg(anyrange) @14-18
+range_intersect_agg_transfn(anyrange, anyrange) @14-18
+range_le(anyrange, anyrange)
+range_lt(anyrange, anyrange)
+range_merge(anymultirange) @14-18
+range_merge(anyrange, anyrange)
+range_minus(anyrange, anyrange)
+range_ne(anyrange, anyrange)
-range_out(anyrange)
+range_overlaps(anyrange, anyrange)
+range_overlaps_multirange(anyrange, anymultirange) @14-18
+range_overleft(anyrange, anyrange)
+range_overleft_multirange(anyrange, anymultirange) @14-18
+range_overright(anyrange, anyrange)
+range_overright_multirange(anyrange, anymultirange) @14-18
-range_recv(internal, oid, integer)
-range_send(anyrange)
-range_sortsupport(internal) @18
-range_typanalyze(internal)
+range_union(anyrange, anyrange)
-rangesel(internal, oid, internal, integer)
+rank()
+rank(VARIADIC "any" ORDER BY VARIADIC "any")
-rank_final(internal, VARIADIC "any")
-raw_array_subscript_handler(internal) @14-18
+record_eq(record, record)
+record_ge(record, record)
+record_gt(record, record)
+record_image_eq(record, record)
+record_image_ge(record, record)
+record_image_gt(record, record)
+record_image_le(record, record)
+record_image_lt(record, record)
+record_image_ne(record, record)
-record_in(cstring, oid, integer)
+record_larger(record, record) @18
+record_le(record, record)
+record_lt(record, record)
+record_ne(record, record)
-record_out(record)
-record_recv(internal, oid, integer)
-record_send(record)
+record_smaller(record, record) @18
+regclass(text)
-regclassin(cstring)
-regclassout(regclass)
-regclassrecv(internal)
-regclasssend(regclass)
-regcollationin(cstring)
-regcollationout(regcollation)
-regcollationrecv(internal)
-regcollationsend(regcollation)
-regconfigin(cstring)
-regconfigout(regconfig)
-regconfigrecv(internal)
-regconfigsend(regconfig)
-regdictionaryin(cstring)
-regdictionaryout(regdictionary)
-regdictionaryrecv(internal)
-regdictionarysend(regdictionary)
-regexeqjoinsel(internal, oid, internal, smallint, internal)
-regexeqsel(internal, oid, internal, integer)
-regexnejoinsel(internal, oid, internal, smallint, internal)
-regexnesel(internal, oid, internal, integer)
+regexp_count(string text, pattern text) @18
+regexp_count(string text, pattern text, start integer) @18
+regexp_count(string text, pattern text, start integer, flags text) @18
+regexp_count(text, text) @15-17
+regexp_count(text, text, integer) @15-17
+regexp_count(text, text, integer, text) @15-17
+regexp_instr(string text, pattern text) @18
+regexp_instr(string text, pattern text, start integer) @18
+regexp_instr(string text, pattern text, start integer, "N" integer) @18
+regexp_instr(string text, pattern text, start integer, "N" integer, endoption integer) @18
+regexp_instr(string text, pattern text, start integer, "N" integer, endoption integer, flags text) @18
+regexp_instr(string text, pattern text, start integer, "N" integer, endoption integer, flags text, subexpr integer) @18
+regexp_instr(text, text) @15-17
+regexp_instr(text, text, integer) @15-17
+regexp_instr(text, text, integer, integer) @15-17
+regexp_instr(text, text, integer, integer, integer) @15-17
+regexp_instr(text, text, integer, integer, integer, text) @15-17
+regexp_instr(text, text, integer, integer, integer, text, integer) @15-17
+regexp_like(string text, pattern text) @18
+regexp_like(string text, pattern text, flags text) @18
+regexp_like(text, text) @15-17
+regexp_like(text, text, text) @15-17
+regexp_match(string text, pattern text) @18
+regexp_match(string text, pattern text, flags text) @18
+regexp_match(text, text) @13-17
+regexp_match(text, text, text) @13-17
+regexp_matches(string text, pattern text) @18
+regexp_matches(string text, pattern text, flags text) @18
+regexp_matches(text, text) @13-17
+regexp_matches(text, text, text) @13-17
+regexp_replace(string text, pattern text, replacement text) @18
+regexp_replace(string text, pattern text, replacement text, flags text) @18
+regexp_replace(string text, pattern text, replacement text, start integer) @18
+regexp_replace(string text, pattern text, replacement text, start integer, "N" integer) @18
+regexp_replace(string text, pattern text, replacement text, start integer, "N" integer, flags text) @18
+regexp_replace(text, text, text) @13-17
+regexp_replace(text, text, text, integer) @15-17
+regexp_replace(text, text, text, integer, integer) @15-17
+regexp_replace(text, text, text, integer, integer, text) @15-17
+regexp_replace(text, text, text, text) @13-17
+regexp_split_to_array(string text, pattern text) @18
+regexp_split_to_array(string text, pattern text, flags text) @18
+regexp_split_to_array(text, text) @13-17
+regexp_split_to_array(text, text, text) @13-17
+regexp_split_to_table(string text, pattern text) @18
+regexp_split_to_table(string text, pattern text, flags text) @18
+regexp_split_to_table(text, text) @13-17
+regexp_split_to_table(text, text, text) @13-17
+regexp_substr(string text, pattern text) @18
+regexp_substr(string text, pattern text, start integer) @18
+regexp_substr(string text, pattern text, start integer, "N" integer) @18
+regexp_substr(string text, pattern text, start integer, "N" integer, flags text) @18
+regexp_substr(string text, pattern text, start integer, "N" integer, flags text, subexpr integer) @18
+regexp_substr(text, text) @15-17
+regexp_substr(text, text, integer) @15-17
+regexp_substr(text, text, integer, integer) @15-17
+regexp_substr(text, text, integer, integer, text) @15-17
+regexp_substr(text, text, integer, integer, text, integer) @15-17
-regnamespacein(cstring)
-regnamespaceout(regnamespace)
-regnamespacerecv(internal)
-regnamespacesend(regnamespace)
-regoperatorin(cstring)
-regoperatorout(regoperator)
-regoperatorrecv(internal)
-regoperatorsend(regoperator)
-regoperin(cstring)
-regoperout(regoper)
-regoperrecv(internal)
-regopersend(regoper)
-regprocedurein(cstring)
-regprocedureout(regprocedure)
-regprocedurerecv(internal)
-regproceduresend(regprocedure)
-regprocin(cstring)
-regprocout(regproc)
-regprocrecv(internal)
-regprocsend(regproc)
+regr_avgx(double precision, double precision)
+regr_avgy(double precision, double precision)
+regr_count(double precision, double precision)
+regr_intercept(double precision, double precision)
+regr_r2(double precision, double precision)
+regr_slope(double precision, double precision)
+regr_sxx(double precision, double precision)
+regr_sxy(double precision, double precision)
+regr_syy(double precision, double precision)
-regrolein(cstring)
-regroleout(regrole)
-regrolerecv(internal)
-regrolesend(regrole)
-regtypein(cstring)
-regtypeout(regtype)
-regtyperecv(internal)
-regtypesend(regtype)
+repeat(text, integer)
+replace(text, text, text)
+reverse(bytea) @18
+reverse(text)
+right(text, integer)
+round(double precision)
+round(numeric)
+round(numeric, integer)
+row_number()
+row_security_active(oid)
+row_security_active(text)
+row_to_json(record)
+row_to_json(record, boolean)
+rpad(text, integer)
+rpad(text, integer, text)
+rtrim(bytea, bytea) @14-18
+rtrim(text)
+rtrim(text, text)
+satisfies_hash_partition(oid, integer, integer, VARIADIC "any")
-scalargejoinsel(internal, oid, internal, smallint, internal)
-scalargesel(internal, oid, internal, integer)
-scalargtjoinsel(internal, oid, internal, smallint, internal)
-scalargtsel(internal, oid, internal, integer)
-scalarlejoinsel(internal, oid, internal, smallint, internal)
-scalarlesel(internal, oid, internal, integer)
-scalarltjoinsel(internal, oid, internal, smallint, internal)
-scalarltsel(internal, oid, internal, integer)
+scale(numeric)
-schema_to_xml(schema name, nulls boolean, tableforest boolean, targetns text)
-schema_to_xml_and_xmlschema(schema name, nulls boolean, tableforest boolean, targetns text)
-schema_to_xmlschema(schema name, nulls boolean, tableforest boolean, targetns text)
+session_user()
+set_bit(bit, integer, integer)
+set_bit(bytea, bigint, integer)
+set_byte(bytea, integer, integer)
-set_config(text, text, boolean)
+set_masklen(cidr, integer)
+set_masklen(inet, integer)
-setseed(double precision)
-setval(regclass, bigint)
-setval(regclass, bigint, boolean)
+setweight(tsvector, "char")
+setweight(tsvector, "char", text[])
+sha224(bytea)
+sha256(bytea)
+sha384(bytea)
+sha512(bytea)
-shell_in(cstring)
-shell_out(void)
-shift_jis_2004_to_euc_jis_2004(integer, integer, cstring, internal, integer) @13
-shift_jis_2004_to_euc_jis_2004(integer, integer, cstring, internal, integer, boolean) @14-18
-shift_jis_2004_to_utf8(integer, integer, cstring, internal, integer) @13
-shift_jis_2004_to_utf8(integer, integer, cstring, internal, integer, boolean) @14-18
+shobj_description(oid, name)
+sign(double precision)
+sign(numeric)
+similar_escape(text, text)
+similar_to_escape(text)
+similar_to_escape(text, text)
+sin(double precision)
+sind(double precision)
+sinh(double precision)
-sjis_to_euc_jp(integer, integer, cstring, internal, integer) @13
-sjis_to_euc_jp(integer, integer, cstring, internal, integer, boolean) @14-18
-sjis_to_mic(integer, integer, cstring, internal, integer) @13
-sjis_to_mic(integer, integer, cstring, internal, integer, boolean) @14-18
-sjis_to_utf8(integer, integer, cstring, internal, integer) @13
-sjis_to_utf8(integer, integer, cstring, internal, integer, boolean) @14-18
+slope(point, point)
-spg_bbox_quad_config(internal, internal)
-spg_box_quad_choose(internal, internal)
-spg_box_quad_config(internal, internal)
-spg_box_quad_inner_consistent(internal, internal)
-spg_box_quad_leaf_consistent(internal, internal)
-spg_box_quad_picksplit(internal, internal)
-spg_kd_choose(internal, internal)
-spg_kd_config(internal, internal)
-spg_kd_inner_consistent(internal, internal)
-spg_kd_picksplit(internal, internal)
+spg_poly_quad_compress(polygon)
-spg_quad_choose(internal, internal)
-spg_quad_config(internal, internal)
-spg_quad_inner_consistent(internal, internal)
-spg_quad_leaf_consistent(internal, internal)
-spg_quad_picksplit(internal, internal)
-spg_range_quad_choose(internal, internal)
-spg_range_quad_config(internal, internal)
-spg_range_quad_inner_consistent(internal, internal)
-spg_range_quad_leaf_consistent(internal, internal)
-spg_range_quad_picksplit(internal, internal)
-spg_text_choose(internal, internal)
-spg_text_config(internal, internal)
-spg_text_inner_consistent(internal, internal)
-spg_text_leaf_consistent(internal, internal)
-spg_text_picksplit(internal, internal)
-spghandler(internal)
+split_part(text, text, integer)
+sqrt(double precision)
+sqrt(numeric)
+starts_with(text, text)
+statement_timestamp()
+stddev(bigint)
+stddev(double precision)
+stddev(integer)
+stddev(numeric)
+stddev(real)
+stddev(smallint)
+stddev_pop(bigint)
+stddev_pop(double precision)
+stddev_pop(integer)
+stddev_pop(numeric)
+stddev_pop(real)
+stddev_pop(smallint)
+stddev_samp(bigint)
+stddev_samp(double precision)
+stddev_samp(integer)
+stddev_samp(numeric)
+stddev_samp(real)
+stddev_samp(smallint)
+string_agg(bytea, bytea) @13-16
+string_agg(text, text) @13-16
+string_agg(value bytea, delimiter bytea) @17-18
+string_agg(value text, delimiter text) @17-18
-string_agg_combine(internal, internal) @16-18
-string_agg_deserialize(bytea, internal) @16-18
-string_agg_finalfn(internal)
-string_agg_serialize(internal) @16-18
-string_agg_transfn(internal, text, text)
+string_to_array(text, text)
+string_to_array(text, text, text)
+string_to_table(text, text) @14-18
+string_to_table(text, text, text) @14-18
+strip(tsvector)
+strpos(text, text)
+substr(bytea, integer)
+substr(bytea, integer, integer)
+substr(text, integer)
+substr(text, integer, integer)
+substring(bit, integer)
+substring(bit, integer, integer)
+substring(bytea, integer)
+substring(bytea, integer, integer)
+substring(text, integer)
+substring(text, integer, integer)
+substring(text, text)
+substring(text, text, text)
+sum(bigint)
+sum(double precision)
+sum(integer)
+sum(interval)
+sum(money)
+sum(numeric)
+sum(real)
+sum(smallint)
-suppress_redundant_updates_trigger()
-system(internal)
+system_user() @16-18
-table_am_handler_in(cstring)
-table_am_handler_out(table_am_handler)
-table_to_xml(tbl regclass, nulls boolean, tableforest boolean, targetns text)
-table_to_xml_and_xmlschema(tbl regclass, nulls boolean, tableforest boolean, targetns text)
-table_to_xmlschema(tbl regclass, nulls boolean, tableforest boolean, targetns text)
+tan(double precision)
+tand(double precision)
+tanh(double precision)
+text("char")
+text(boolean)
+text(character)
+text(inet)
+text(name)
+text(xml)
+text_ge(text, text)
+text_gt(text, text)
+text_larger(text, text)
+text_le(text, text)
+text_lt(text, text)
+text_pattern_ge(text, text)
+text_pattern_gt(text, text)
+text_pattern_le(text, text)
+text_pattern_lt(text, text)
+text_smaller(text, text)
-text_starts_with_support(internal) @15-18
+textanycat(text, anynonarray)
+textcat(text, text)
+texteq(text, text)
+texteqname(text, name)
+textgename(text, name)
+textgtname(text, name)
+texticlike(text, text)
-texticlike_support(internal)
+texticnlike(text, text)
+texticregexeq(text, text)
-texticregexeq_support(internal)
+texticregexne(text, text)
-textin(cstring)
+textlen(text)
+textlename(text, name)
+textlike(text, text)
-textlike_support(internal)
+textltname(text, name)
+textne(text, text)
+textnename(text, name)
+textnlike(text, text)
-textout(text)
-textrecv(internal)
+textregexeq(text, text)
-textregexeq_support(internal)
+textregexne(text, text)
-textsend(text)
-thesaurus_init(internal)
-thesaurus_lexize(internal, internal, internal, internal)
+tideq(tid, tid)
+tidge(tid, tid)
+tidgt(tid, tid)
-tidin(cstring)
+tidlarger(tid, tid)
+tidle(tid, tid)
+tidlt(tid, tid)
+tidne(tid, tid)
-tidout(tid)
-tidrecv(internal)
-tidsend(tid)
+tidsmaller(tid, tid)
+time(interval)
+time(time with time zone)
+time(time without time zone, integer)
+time(timestamp with time zone)
+time(timestamp without time zone)
+time_cmp(time without time zone, time without time zone)
+time_eq(time without time zone, time without time zone)
+time_ge(time without time zone, time without time zone)
+time_gt(time without time zone, time without time zone)
+time_hash(time without time zone)
+time_hash_extended(time without time zone, bigint)
-time_in(cstring, oid, integer)
+time_larger(time without time zone, time without time zone)
+time_le(time without time zone, time without time zone)
+time_lt(time without time zone, time without time zone)
+time_mi_interval(time without time zone, interval)
+time_mi_time(time without time zone, time without time zone)
+time_ne(time without time zone, time without time zone)
-time_out(time without time zone)
+time_pl_interval(time without time zone, interval)
-time_recv(internal, oid, integer)
-time_send(time without time zone)
+time_smaller(time without time zone, time without time zone)
-time_support(internal)
+timedate_pl(time without time zone, date)
+timeofday()
+timestamp(date)
+timestamp(date, time without time zone)
+timestamp(timestamp with time zone)
+timestamp(timestamp without time zone, integer)
+timestamp_cmp(timestamp without time zone, timestamp without time zone)
+timestamp_cmp_date(timestamp without time zone, date)
+timestamp_cmp_timestamptz(timestamp without time zone, timestamp with time zone)
+timestamp_eq(timestamp without time zone, timestamp without time zone)
+timestamp_eq_date(timestamp without time zone, date)
+timestamp_eq_timestamptz(timestamp without time zone, timestamp with time zone)
+timestamp_ge(timestamp without time zone, timestamp without time zone)
+timestamp_ge_date(timestamp without time zone, date)
+timestamp_ge_timestamptz(timestamp without time zone, timestamp with time zone)
+timestamp_gt(timestamp without time zone, timestamp without time zone)
+timestamp_gt_date(timestamp without time zone, date)
+timestamp_gt_timestamptz(timestamp without time zone, timestamp with time zone)
+timestamp_hash(timestamp without time zone)
+timestamp_hash_extended(timestamp without time zone, bigint)
-timestamp_in(cstring, oid, integer)
+timestamp_larger(timestamp without time zone, timestamp without time zone)
+timestamp_le(timestamp without time zone, timestamp without time zone)
+timestamp_le_date(timestamp without time zone, date)
+timestamp_le_timestamptz(timestamp without time zone, timestamp with time zone)
+timestamp_lt(timestamp without time zone, timestamp without time zone)
+timestamp_lt_date(timestamp without time zone, date)
+timestamp_lt_timestamptz(timestamp without time zone, timestamp with time zone)
+timestamp_mi(timestamp without time zone, timestamp without time zone)
+timestamp_mi_interval(timestamp without time zone, interval)
+timestamp_ne(timestamp without time zone, timestamp without time zone)
+timestamp_ne_date(timestamp without time zone, date)
+timestamp_ne_timestamptz(timestamp without time zone, timestamp with time zone)
-timestamp_out(timestamp without time zone)
+timestamp_pl_interval(timestamp without time zone, interval)
-timestamp_recv(internal, oid, integer)
-timestamp_send(timestamp without time zone)
-timestamp_skipsupport(internal) @18
+timestamp_smaller(timestamp without time zone, timestamp without time zone)
-timestamp_sortsupport(internal)
-timestamp_support(internal)
+timestamptypmodin(cstring[])
-timestamptypmodout(integer)
+timestamptz(date)
+timestamptz(date, time with time zone)
+timestamptz(date, time without time zone)
+timestamptz(timestamp with time zone, integer)
+timestamptz(timestamp without time zone)
+timestamptz_cmp(timestamp with time zone, timestamp with time zone)
+timestamptz_cmp_date(timestamp with time zone, date)
+timestamptz_cmp_timestamp(timestamp with time zone, timestamp without time zone)
+timestamptz_eq(timestamp with time zone, timestamp with time zone)
+timestamptz_eq_date(timestamp with time zone, date)
+timestamptz_eq_timestamp(timestamp with time zone, timestamp without time zone)
+timestamptz_ge(timestamp with time zone, timestamp with time zone)
+timestamptz_ge_date(timestamp with time zone, date)
+timestamptz_ge_timestamp(timestamp with time zone, timestamp without time zone)
+timestamptz_gt(timestamp with time zone, timestamp with time zone)
+timestamptz_gt_date(timestamp with time zone, date)
+timestamptz_gt_timestamp(timestamp with time zone, timestamp without time zone)
+timestamptz_hash(timestamp with time zone) @18
+timestamptz_hash_extended(timestamp with time zone, bigint) @18
-timestamptz_in(cstring, oid, integer)
+timestamptz_larger(timestamp with time zone, timestamp with time zone)
+timestamptz_le(timestamp with time zone, timestamp with time zone)
+timestamptz_le_date(timestamp with time zone, date)
+timestamptz_le_timestamp(timestamp with time zone, timestamp without time zone)
+timestamptz_lt(timestamp with time zone, timestamp with time zone)
+timestamptz_lt_date(timestamp with time zone, date)
+timestamptz_lt_timestamp(timestamp with time zone, timestamp without time zone)
+timestamptz_mi(timestamp with time zone, timestamp with time zone)
+timestamptz_mi_interval(timestamp with time zone, interval)
+timestamptz_ne(timestamp with time zone, timestamp with time zone)
+timestamptz_ne_date(timestamp with time zone, date)
+timestamptz_ne_timestamp(timestamp with time zone, timestamp without time zone)
-timestamptz_out(timestamp with time zone)
+timestamptz_pl_interval(timestamp with time zone, interval)
-timestamptz_recv(internal, oid, integer)
-timestamptz_send(timestamp with time zone)
+timestamptz_smaller(timestamp with time zone, timestamp with time zone)
+timestamptztypmodin(cstring[])
-timestamptztypmodout(integer)
+timetypmodin(cstring[])
-timetypmodout(integer)
+timetz(time with time zone, integer)
+timetz(time without time zone)
+timetz(timestamp with time zone)
+timetz_cmp(time with time zone, time with time zone)
+timetz_eq(time with time zone, time with time zone)
+timetz_ge(time with time zone, time with time zone)
+timetz_gt(time with time zone, time with time zone)
+timetz_hash(time with time zone)
+timetz_hash_extended(time with time zone, bigint)
-timetz_in(cstring, oid, integer)
+timetz_larger(time with time zone, time with time zone)
+timetz_le(time with time zone, time with time zone)
+timetz_lt(time with time zone, time with time zone)
+timetz_mi_interval(time with time zone, interval)
+timetz_ne(time with time zone, time with time zone)
-timetz_out(time with time zone)
+timetz_pl_interval(time with time zone, interval)
-timetz_recv(internal, oid, integer)
-timetz_send(time with time zone)
+timetz_smaller(time with time zone, time with time zone)
+timetzdate_pl(time with time zone, date)
+timetztypmodin(cstring[])
-timetztypmodout(integer)
+timezone(interval, time with time zone)
+timezone(interval, timestamp with time zone)
+timezone(interval, timestamp without time zone)
+timezone(text, time with time zone) @15-18
-timezone(text, time with time zone) @13-14
+timezone(text, timestamp with time zone)
+timezone(text, timestamp without time zone)
+timezone(time with time zone) @17-18
+timezone(timestamp with time zone) @17-18
+timezone(timestamp without time zone) @17-18
+to_ascii(text)
+to_ascii(text, integer)
+to_ascii(text, name)
+to_bin(bigint) @17-18
+to_bin(integer) @17-18
+to_char(bigint, text)
+to_char(double precision, text)
+to_char(integer, text)
+to_char(interval, text)
+to_char(numeric, text)
+to_char(real, text)
+to_char(timestamp with time zone, text)
+to_char(timestamp without time zone, text)
+to_date(text, text)
+to_hex(bigint)
+to_hex(integer)
+to_json(anyelement)
+to_jsonb(anyelement)
+to_number(text, text)
+to_oct(bigint) @17-18
+to_oct(integer) @17-18
+to_regclass(text)
+to_regcollation(text)
+to_regnamespace(text)
+to_regoper(text)
+to_regoperator(text)
+to_regproc(text)
+to_regprocedure(text)
+to_regrole(text)
+to_regtype(text)
+to_regtypemod(text) @17-18
+to_timestamp(double precision)
+to_timestamp(text, text)
+to_tsquery(regconfig, text)
+to_tsquery(text)
+to_tsvector(json)
+to_tsvector(jsonb)
+to_tsvector(regconfig, json)
+to_tsvector(regconfig, jsonb)
+to_tsvector(regconfig, text)
+to_tsvector(text)
+transaction_timestamp()
+translate(text, text, text)
-trigger_in(cstring)
-trigger_out(trigger)
+trim_array(anyarray, integer) @14-18
+trim_scale(numeric)
+trunc(double precision)
+trunc(macaddr)
+trunc(macaddr8)
+trunc(numeric)
+trunc(numeric, integer)
+ts_debug(config regconfig, document text, OUT alias text, OUT description text, OUT token text, OUT dictionaries regdictionary[], OUT dictionary regdictionary, OUT lexemes text[])
+ts_debug(document text, OUT alias text, OUT description text, OUT token text, OUT dictionaries regdictionary[], OUT dictionary regdictionary, OUT lexemes text[])
+ts_delete(tsvector, text)
+ts_delete(tsvector, text[])
+ts_filter(tsvector, "char"[])
+ts_headline(json, tsquery)
+ts_headline(json, tsquery, text)
+ts_headline(jsonb, tsquery)
+ts_headline(jsonb, tsquery, text)
+ts_headline(regconfig, json, tsquery)
+ts_headline(regconfig, json, tsquery, text)
+ts_headline(regconfig, jsonb, tsquery)
+ts_headline(regconfig, jsonb, tsquery, text)
+ts_headline(regconfig, text, tsquery)
+ts_headline(regconfig, text, tsquery, text)
+ts_headline(text, tsquery)
+ts_headline(text, tsquery, text)
+ts_lexize(regdictionary, text)
+ts_match_qv(tsquery, tsvector)
+ts_match_tq(text, tsquery)
+ts_match_tt(text, text)
+ts_match_vq(tsvector, tsquery)
+ts_parse(parser_name text, txt text, OUT tokid integer, OUT token text)
+ts_parse(parser_oid oid, txt text, OUT tokid integer, OUT token text)
+ts_rank(real[], tsvector, tsquery)
+ts_rank(real[], tsvector, tsquery, integer)
+ts_rank(tsvector, tsquery)
+ts_rank(tsvector, tsquery, integer)
+ts_rank_cd(real[], tsvector, tsquery)
+ts_rank_cd(real[], tsvector, tsquery, integer)
+ts_rank_cd(tsvector, tsquery)
+ts_rank_cd(tsvector, tsquery, integer)
-ts_rewrite(tsquery, text)
-ts_rewrite(tsquery, tsquery, tsquery)
-ts_stat(query text, OUT word text, OUT ndoc integer, OUT nentry integer)
-ts_stat(query text, weights text, OUT word text, OUT ndoc integer, OUT nentry integer)
+ts_token_type(parser_name text, OUT tokid integer, OUT alias text, OUT description text)
+ts_token_type(parser_oid oid, OUT tokid integer, OUT alias text, OUT description text)
-ts_typanalyze(internal)
-tsm_handler_in(cstring)
-tsm_handler_out(tsm_handler)
-tsmatchjoinsel(internal, oid, internal, smallint, internal)
-tsmatchsel(internal, oid, internal, integer)
+tsmultirange() @14-18
+tsmultirange(VARIADIC tsrange[]) @14-18
+tsmultirange(tsrange) @14-18
+tsq_mcontained(tsquery, tsquery)
+tsq_mcontains(tsquery, tsquery)
+tsquery_and(tsquery, tsquery)
+tsquery_cmp(tsquery, tsquery)
+tsquery_eq(tsquery, tsquery)
+tsquery_ge(tsquery, tsquery)
+tsquery_gt(tsquery, tsquery)
+tsquery_le(tsquery, tsquery)
+tsquery_lt(tsquery, tsquery)
+tsquery_ne(tsquery, tsquery)
+tsquery_not(tsquery)
+tsquery_or(tsquery, tsquery)
+tsquery_phrase(tsquery, tsquery)
+tsquery_phrase(tsquery, tsquery, integer)
-tsqueryin(cstring)
-tsqueryout(tsquery)
-tsqueryrecv(internal)
-tsquerysend(tsquery)
+tsrange(timestamp without time zone, timestamp without time zone)
+tsrange(timestamp without time zone, timestamp without time zone, text)
+tsrange_subdiff(timestamp without time zone, timestamp without time zone)
+tstzmultirange() @14-18
+tstzmultirange(VARIADIC tstzrange[]) @14-18
+tstzmultirange(tstzrange) @14-18
+tstzrange(timestamp with time zone, timestamp with time zone)
+tstzrange(timestamp with time zone, timestamp with time zone, text)
+tstzrange_subdiff(timestamp with time zone, timestamp with time zone)
+tsvector_cmp(tsvector, tsvector)
+tsvector_concat(tsvector, tsvector)
+tsvector_eq(tsvector, tsvector)
+tsvector_ge(tsvector, tsvector)
+tsvector_gt(tsvector, tsvector)
+tsvector_le(tsvector, tsvector)
+tsvector_lt(tsvector, tsvector)
+tsvector_ne(tsvector, tsvector)
+tsvector_to_array(tsvector)
-tsvector_update_trigger()
-tsvector_update_trigger_column()
-tsvectorin(cstring)
-tsvectorout(tsvector)
-tsvectorrecv(internal)
-tsvectorsend(tsvector)
-txid_current()
+txid_current_if_assigned()
+txid_current_snapshot()
-txid_snapshot_in(cstring)
-txid_snapshot_out(txid_snapshot)
-txid_snapshot_recv(internal)
-txid_snapshot_send(txid_snapshot)
+txid_snapshot_xip(txid_snapshot)
+txid_snapshot_xmax(txid_snapshot)
+txid_snapshot_xmin(txid_snapshot)
-txid_status(bigint)
+txid_visible_in_snapshot(bigint, txid_snapshot)
-uhc_to_utf8(integer, integer, cstring, internal, integer) @13
-uhc_to_utf8(integer, integer, cstring, internal, integer, boolean) @14-18
+unicode_assigned(text) @17-18
+unicode_version() @17-18
-unique_key_recheck()
+unistr(text) @14-18
-unknownin(cstring)
-unknownout(unknown)
-unknownrecv(internal)
-unknownsend(unknown)
+unnest(anyarray)
+unnest(anymultirange) @14-18
+unnest(tsvector tsvector, OUT lexeme text, OUT positions smallint[], OUT weights text[])
+upper(anymultirange) @14-18
+upper(anyrange)
+upper(text)
+upper_inc(anymultirange) @14-18
+upper_inc(anyrange)
+upper_inf(anymultirange) @14-18
+upper_inf(anyrange)
-utf8_to_big5(integer, integer, cstring, internal, integer) @13
-utf8_to_big5(integer, integer, cstring, internal, integer, boolean) @14-18
-utf8_to_euc_cn(integer, integer, cstring, internal, integer) @13
-utf8_to_euc_cn(integer, integer, cstring, internal, integer, boolean) @14-18
-utf8_to_euc_jis_2004(integer, integer, cstring, internal, integer) @13
-utf8_to_euc_jis_2004(integer, integer, cstring, internal, integer, boolean) @14-18
-utf8_to_euc_jp(integer, integer, cstring, internal, integer) @13
-utf8_to_euc_jp(integer, integer, cstring, internal, integer, boolean) @14-18
-utf8_to_euc_kr(integer, integer, cstring, internal, integer) @13
-utf8_to_euc_kr(integer, integer, cstring, internal, integer, boolean) @14-18
-utf8_to_euc_tw(integer, integer, cstring, internal, integer) @13
-utf8_to_euc_tw(integer, integer, cstring, internal, integer, boolean) @14-18
-utf8_to_gb18030(integer, integer, cstring, internal, integer) @13
-utf8_to_gb18030(integer, integer, cstring, internal, integer, boolean) @14-18
-utf8_to_gbk(integer, integer, cstring, internal, integer) @13
-utf8_to_gbk(integer, integer, cstring, internal, integer, boolean) @14-18
-utf8_to_iso8859(integer, integer, cstring, internal, integer) @13
-utf8_to_iso8859(integer, integer, cstring, internal, integer, boolean) @14-18
-utf8_to_iso8859_1(integer, integer, cstring, internal, integer) @13
-utf8_to_iso8859_1(integer, integer, cstring, internal, integer, boolean) @14-18
-utf8_to_johab(integer, integer, cstring, internal, integer) @13
-utf8_to_johab(integer, integer, cstring, internal, integer, boolean) @14-18
-utf8_to_koi8r(integer, integer, cstring, internal, integer) @13
-utf8_to_koi8r(integer, integer, cstring, internal, integer, boolean) @14-18
-utf8_to_koi8u(integer, integer, cstring, internal, integer) @13
-utf8_to_koi8u(integer, integer, cstring, internal, integer, boolean) @14-18
-utf8_to_shift_jis_2004(integer, integer, cstring, internal, integer) @13
-utf8_to_shift_jis_2004(integer, integer, cstring, internal, integer, boolean) @14-18
-utf8_to_sjis(integer, integer, cstring, internal, integer) @13
-utf8_to_sjis(integer, integer, cstring, internal, integer, boolean) @14-18
-utf8_to_uhc(integer, integer, cstring, internal, integer) @13
-utf8_to_uhc(integer, integer, cstring, internal, integer, boolean) @14-18
-utf8_to_win(integer, integer, cstring, internal, integer) @13
-utf8_to_win(integer, integer, cstring, internal, integer, boolean) @14-18
+uuid_cmp(uuid, uuid)
+uuid_eq(uuid, uuid)
+uuid_extract_timestamp(uuid) @17-18
+uuid_extract_version(uuid) @17-18
+uuid_ge(uuid, uuid)
+uuid_gt(uuid, uuid)
+uuid_hash(uuid)
+uuid_hash_extended(uuid, bigint)
-uuid_in(cstring)
+uuid_le(uuid, uuid)
+uuid_lt(uuid, uuid)
+uuid_ne(uuid, uuid)
-uuid_out(uuid)
-uuid_recv(internal)
-uuid_send(uuid)
-uuid_skipsupport(internal) @18
-uuid_sortsupport(internal)
+uuidv4() @18
+uuidv7() @18
+uuidv7(shift interval) @18
+var_pop(bigint)
+var_pop(double precision)
+var_pop(integer)
+var_pop(numeric)
+var_pop(real)
+var_pop(smallint)
+var_samp(bigint)
+var_samp(double precision)
+var_samp(integer)
+var_samp(numeric)
+var_samp(real)
+var_samp(smallint)
+varbit(bit varying, integer, boolean)
-varbit_in(cstring, oid, integer)
-varbit_out(bit varying)
-varbit_recv(internal, oid, integer)
-varbit_send(bit varying)
-varbit_support(internal)
+varbitcmp(bit varying, bit varying)
+varbiteq(bit varying, bit varying)
+varbitge(bit varying, bit varying)
+varbitgt(bit varying, bit varying)
+varbitle(bit varying, bit varying)
+varbitlt(bit varying, bit varying)
+varbitne(bit varying, bit varying)
+varbittypmodin(cstring[])
-varbittypmodout(integer)
+varchar(character varying, integer, boolean)
+varchar(name)
-varchar_support(internal)
-varcharin(cstring, oid, integer)
-varcharout(character varying)
-varcharrecv(internal, oid, integer)
-varcharsend(character varying)
+varchartypmodin(cstring[])
-varchartypmodout(integer)
+variance(bigint)
+variance(double precision)
+variance(integer)
+variance(numeric)
+variance(real)
+variance(smallint)
+version()
-void_in(cstring)
-void_out(void)
-void_recv(internal)
-void_send(void)
+websearch_to_tsquery(regconfig, text)
+websearch_to_tsquery(text)
+width(box)
+width_bucket(anycompatible, anycompatiblearray) @14-18
+width_bucket(anyelement, anyarray) @13
+width_bucket(double precision, double precision, double precision, integer)
+width_bucket(numeric, numeric, numeric, integer)
-win1250_to_latin2(integer, integer, cstring, internal, integer) @13
-win1250_to_latin2(integer, integer, cstring, internal, integer, boolean) @14-18
-win1250_to_mic(integer, integer, cstring, internal, integer) @13
-win1250_to_mic(integer, integer, cstring, internal, integer, boolean) @14-18
-win1251_to_iso(integer, integer, cstring, internal, integer) @13
-win1251_to_iso(integer, integer, cstring, internal, integer, boolean) @14-18
-win1251_to_koi8r(integer, integer, cstring, internal, integer) @13
-win1251_to_koi8r(integer, integer, cstring, internal, integer, boolean) @14-18
-win1251_to_mic(integer, integer, cstring, internal, integer) @13
-win1251_to_mic(integer, integer, cstring, internal, integer, boolean) @14-18
-win1251_to_win866(integer, integer, cstring, internal, integer) @13
-win1251_to_win866(integer, integer, cstring, internal, integer, boolean) @14-18
-win866_to_iso(integer, integer, cstring, internal, integer) @13
-win866_to_iso(integer, integer, cstring, internal, integer, boolean) @14-18
-win866_to_koi8r(integer, integer, cstring, internal, integer) @13
-win866_to_koi8r(integer, integer, cstring, internal, integer, boolean) @14-18
-win866_to_mic(integer, integer, cstring, internal, integer) @13
-win866_to_mic(integer, integer, cstring, internal, integer, boolean) @14-18
-win866_to_win1251(integer, integer, cstring, internal, integer) @13
-win866_to_win1251(integer, integer, cstring, internal, integer, boolean) @14-18
-win_to_utf8(integer, integer, cstring, internal, integer) @13
-win_to_utf8(integer, integer, cstring, internal, integer, boolean) @14-18
-window_cume_dist_support(internal) @16-18
-window_dense_rank_support(internal) @15-18
-window_ntile_support(internal) @16-18
-window_percent_rank_support(internal) @16-18
-window_rank_support(internal) @15-18
-window_row_number_support(internal) @15-18
+xid(xid8)
+xid8_larger(xid8, xid8) @15-18
+xid8_smaller(xid8, xid8) @15-18
+xid8cmp(xid8, xid8)
+xid8eq(xid8, xid8)
+xid8ge(xid8, xid8)
+xid8gt(xid8, xid8)
-xid8in(cstring)
+xid8le(xid8, xid8)
+xid8lt(xid8, xid8)
+xid8ne(xid8, xid8)
-xid8out(xid8)
-xid8recv(internal)
-xid8send(xid8)
+xideq(xid, xid)
+xideqint4(xid, integer)
-xidin(cstring)
+xidneq(xid, xid)
+xidneqint4(xid, integer)
-xidout(xid)
-xidrecv(internal)
-xidsend(xid)
+xml(text)
-xml_in(cstring)
+xml_is_well_formed(text)
+xml_is_well_formed_content(text)
+xml_is_well_formed_document(text)
-xml_out(xml)
-xml_recv(internal)
-xml_send(xml)
+xmlagg(xml)
+xmlcomment(text)
+xmlconcat2(xml, xml)
+xmlexists(text, xml)
+xmltext(text) @17-18
+xmlvalidate(xml, text)
+xpath(text, xml)
+xpath(text, xml, text[])
+xpath_exists(text, xml)
+xpath_exists(text, xml, text[])
+information_schema._pg_foreign_data_wrappers
+information_schema._pg_foreign_servers
+information_schema._pg_foreign_table_columns
+information_schema._pg_foreign_tables
+information_schema._pg_user_mappings
+information_schema.administrable_role_authorizations
+information_schema.applicable_roles
+information_schema.attributes
+information_schema.character_sets
+information_schema.check_constraint_routine_usage
+information_schema.check_constraints
+information_schema.collation_character_set_applicability
+information_schema.collations
+information_schema.column_column_usage
+information_schema.column_domain_usage
+information_schema.column_options
+information_schema.column_privileges
+information_schema.column_udt_usage
+information_schema.columns
+information_schema.constraint_column_usage
+information_schema.constraint_table_usage
+information_schema.data_type_privileges
+information_schema.domain_constraints
+information_schema.domain_udt_usage
+information_schema.domains
+information_schema.element_types
+information_schema.enabled_roles
+information_schema.foreign_data_wrapper_options
+information_schema.foreign_data_wrappers
+information_schema.foreign_server_options
+information_schema.foreign_servers
+information_schema.foreign_table_options
+information_schema.foreign_tables
+information_schema.information_schema_catalog_name
+information_schema.key_column_usage
+information_schema.parameters
+information_schema.referential_constraints
+information_schema.role_column_grants
+information_schema.role_routine_grants
+information_schema.role_table_grants
+information_schema.role_udt_grants
+information_schema.role_usage_grants
+information_schema.routine_column_usage @14-18
+information_schema.routine_privileges
+information_schema.routine_routine_usage @14-18
+information_schema.routine_sequence_usage @14-18
+information_schema.routine_table_usage @14-18
+information_schema.routines
+information_schema.schemata
+information_schema.sequences
+information_schema.sql_features
+information_schema.sql_implementation_info
+information_schema.sql_parts
+information_schema.sql_sizing
+information_schema.table_constraints
+information_schema.table_privileges
+information_schema.tables
+information_schema.transforms
+information_schema.triggered_update_columns
+information_schema.triggers
+information_schema.udt_privileges
+information_schema.usage_privileges
+information_schema.user_defined_types
+information_schema.user_mapping_options
+information_schema.user_mappings
+information_schema.view_column_usage
+information_schema.view_routine_usage
+information_schema.view_table_usage
+information_schema.views
+pg_catalog.pg_aggregate
-pg_catalog.pg_aios @18
+pg_catalog.pg_am
+pg_catalog.pg_amop
+pg_catalog.pg_amproc
+pg_catalog.pg_attrdef
+pg_catalog.pg_attribute
+pg_catalog.pg_auth_members
-pg_catalog.pg_authid
+pg_catalog.pg_available_extension_versions
+pg_catalog.pg_available_extensions
-pg_catalog.pg_backend_memory_contexts @14-18
+pg_catalog.pg_cast
+pg_catalog.pg_class
+pg_catalog.pg_collation
-pg_catalog.pg_config
+pg_catalog.pg_constraint
+pg_catalog.pg_conversion
-pg_catalog.pg_cursors
+pg_catalog.pg_database
+pg_catalog.pg_db_role_setting
+pg_catalog.pg_default_acl
+pg_catalog.pg_depend
+pg_catalog.pg_description
+pg_catalog.pg_enum
+pg_catalog.pg_event_trigger
+pg_catalog.pg_extension
-pg_catalog.pg_file_settings
+pg_catalog.pg_foreign_data_wrapper
+pg_catalog.pg_foreign_server
+pg_catalog.pg_foreign_table
+pg_catalog.pg_group
-pg_catalog.pg_hba_file_rules
-pg_catalog.pg_ident_file_mappings @15-18
+pg_catalog.pg_index
+pg_catalog.pg_indexes
+pg_catalog.pg_inherits
+pg_catalog.pg_init_privs
+pg_catalog.pg_language
-pg_catalog.pg_largeobject
+pg_catalog.pg_largeobject_metadata
+pg_catalog.pg_locks
+pg_catalog.pg_matviews
+pg_catalog.pg_namespace
+pg_catalog.pg_opclass
+pg_catalog.pg_operator
+pg_catalog.pg_opfamily
+pg_catalog.pg_parameter_acl @15-18
+pg_catalog.pg_partitioned_table
+pg_catalog.pg_policies
+pg_catalog.pg_policy
-pg_catalog.pg_prepared_statements
-pg_catalog.pg_prepared_xacts
+pg_catalog.pg_proc
+pg_catalog.pg_publication
+pg_catalog.pg_publication_namespace @15-18
+pg_catalog.pg_publication_rel
+pg_catalog.pg_publication_tables
+pg_catalog.pg_range
-pg_catalog.pg_replication_origin
-pg_catalog.pg_replication_origin_status
+pg_catalog.pg_replication_slots
+pg_catalog.pg_rewrite
+pg_catalog.pg_roles
+pg_catalog.pg_rules
+pg_catalog.pg_seclabel
+pg_catalog.pg_seclabels
+pg_catalog.pg_sequence
+pg_catalog.pg_sequences
+pg_catalog.pg_settings
-pg_catalog.pg_shadow
+pg_catalog.pg_shdepend
+pg_catalog.pg_shdescription
-pg_catalog.pg_shmem_allocations
-pg_catalog.pg_shmem_allocations_numa @18
+pg_catalog.pg_shseclabel
+pg_catalog.pg_stat_activity
+pg_catalog.pg_stat_all_indexes
+pg_catalog.pg_stat_all_tables
+pg_catalog.pg_stat_archiver
+pg_catalog.pg_stat_bgwriter
+pg_catalog.pg_stat_checkpointer @17-18
+pg_catalog.pg_stat_database
+pg_catalog.pg_stat_database_conflicts
+pg_catalog.pg_stat_gssapi
+pg_catalog.pg_stat_io @16-18
+pg_catalog.pg_stat_progress_analyze
+pg_catalog.pg_stat_progress_basebackup
+pg_catalog.pg_stat_progress_cluster
+pg_catalog.pg_stat_progress_copy @14-18
+pg_catalog.pg_stat_progress_create_index
+pg_catalog.pg_stat_progress_vacuum
+pg_catalog.pg_stat_recovery_prefetch @15-18
+pg_catalog.pg_stat_replication
+pg_catalog.pg_stat_replication_slots @14-18
+pg_catalog.pg_stat_slru
+pg_catalog.pg_stat_ssl
+pg_catalog.pg_stat_subscription
+pg_catalog.pg_stat_subscription_stats @15-18
+pg_catalog.pg_stat_sys_indexes
+pg_catalog.pg_stat_sys_tables
+pg_catalog.pg_stat_user_functions
+pg_catalog.pg_stat_user_indexes
+pg_catalog.pg_stat_user_tables
+pg_catalog.pg_stat_wal @14-18
-pg_catalog.pg_stat_wal_receiver
+pg_catalog.pg_stat_xact_all_tables
+pg_catalog.pg_stat_xact_sys_tables
+pg_catalog.pg_stat_xact_user_functions
+pg_catalog.pg_stat_xact_user_tables
+pg_catalog.pg_statio_all_indexes
+pg_catalog.pg_statio_all_sequences
+pg_catalog.pg_statio_all_tables
+pg_catalog.pg_statio_sys_indexes
+pg_catalog.pg_statio_sys_sequences
+pg_catalog.pg_statio_sys_tables
+pg_catalog.pg_statio_user_indexes
+pg_catalog.pg_statio_user_sequences
+pg_catalog.pg_statio_user_tables
-pg_catalog.pg_statistic
+pg_catalog.pg_statistic_ext
-pg_catalog.pg_statistic_ext_data
+pg_catalog.pg_stats
-pg_catalog.pg_stats_ext
-pg_catalog.pg_stats_ext_exprs @14-18
+pg_catalog.pg_subscription
+pg_catalog.pg_subscription_rel
+pg_catalog.pg_tables
+pg_catalog.pg_tablespace
+pg_catalog.pg_timezone_abbrevs
+pg_catalog.pg_timezone_names
+pg_catalog.pg_transform
+pg_catalog.pg_trigger
+pg_catalog.pg_ts_config
+pg_catalog.pg_ts_config_map
+pg_catalog.pg_ts_dict
+pg_catalog.pg_ts_parser
+pg_catalog.pg_ts_template
+pg_catalog.pg_type
+pg_catalog.pg_user
-pg_catalog.pg_user_mapping
+pg_catalog.pg_user_mappings
+pg_catalog.pg_views
+pg_catalog.pg_wait_events @17-18
`
