# SPDX-License-Identifier: GPL-2.0
# A table a kernel of what costs-guest.sh has printed, and JSON into the file json.
BEGIN {
	FS = "\t"
	unit = "guest instructions; maps in bytes"
}

FNR == 1 { specs[++kernels] = spec }

$1 == "kernel" { release[spec] = $2 }

$1 == "cost" {
	if (!((spec, $2) in seen)) {
		seen[spec, $2] = 1
		what[spec, ++n[spec]] = $2
	}
	if (!($3 in known)) {
		known[$3] = 1
		ways[++nways] = $3
	}
	value[spec, $2, $3] = $4
}

$1 == "failed" { failed[spec] = failed[spec] "    " $2 " " $3 ": " $4 "\n" }

function millions(v) {
	return v == "" ? "" : sprintf("%.2f M", v / 1e6)
}

function table(spec,    i, w, line, plain) {
	printf "\n%s (%s)\n%-20s", spec, release[spec], ""
	for (w = 1; w <= nways; w++)
		printf "%14s", ways[w]
	print ""
	for (i = 1; i <= n[spec]; i++) {
		printf "%-20s", what[spec, i]
		for (w = 1; w <= nways; w++)
			printf "%14s", millions(value[spec, what[spec, i], ways[w]])
		plain = value[spec, what[spec, i], "plain"]
		if (plain > 0)
			printf "   %+.1f %%", (value[spec, what[spec, i], "check"] / plain - 1) * 100
		print ""
	}
	printf "%s", failed[spec]
}

function document(spec,    i, w, first) {
	printf "    {\"kernel\": \"%s\", \"release\": \"%s\", \"costs\": [", spec, release[spec] >json
	first = 1
	for (i = 1; i <= n[spec]; i++)
		for (w = 1; w <= nways; w++) {
			if (value[spec, what[spec, i], ways[w]] == "")
				continue
			printf "%s\n      {\"what\": \"%s\", \"way\": \"%s\", \"value\": %s}", \
				first ? "" : ",", what[spec, i], ways[w], \
				value[spec, what[spec, i], ways[w]] >json
			first = 0
		}
	print "]}" >json
}

END {
	print "In millions of " unit ", IOMMU " iommu "."
	printf "{\"unit\": \"%s\", \"iommu\": \"%s\", \"kernels\": [\n", unit, iommu >json
	for (k = 1; k <= kernels; k++) {
		table(specs[k])
		document(specs[k])
		if (k < kernels)
			print "    ," >json
	}
	print "]}" >json
}
