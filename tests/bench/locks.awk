# SPDX-License-Identifier: GPL-2.0
# From what locks-guest.sh printed to a table (stdout) and JSON (-v json=FILE).
# -v iommu=KIND; one input file per kernel, its SPEC before it as spec=SPEC.
# Fails when a kernel has no figure of its own.

function number(s) {
	return s == "" ? "null" : s
}

BEGIN {
	FS = "\t"
	nwhats = split("mutex pair,read pair,nested pair,file in a tmpfs,hotplug round", whats, ",")
	# A third of what PROVE_LOCKING adds to an uncontended pair: 1102 less 23
	# instructions, measured on 7.3 before the project began.
	aim = 360
}

FNR == 1 { specs[++kernels] = spec }
$1 == "kernel" { release[kernels] = $2 }
$1 == "locks" {
	if (!((kernels, $2) in known)) {
		known[kernels, $2] = 1
		ways[kernels, ++nways[kernels]] = $2
	}
	figure[kernels, $2, $3] = $4
}
$1 == "failed" { printf "%s: %s: %s\n", specs[kernels], $2, $3 > "/dev/stderr" }

END {
	printf "guest instructions, emulated %s IOMMU, one CPU; below each, what is added to plain\n", iommu
	printf "{\n  \"unit\": \"guest instructions\",\n  \"rows\": [" > json
	for (k = 1; k <= kernels; k++) {
		printf "\n%s (%s)\n%-20s", specs[k], release[k], ""
		for (w = 1; w <= nwhats; w++)
			printf " %16s", whats[w]
		print ""
		if (!nways[k])
			bad = 1
		for (i = 1; i <= nways[k]; i++) {
			printf "%-20s", ways[k, i]
			for (w = 1; w <= nwhats; w++)
				printf " %16s", figure[k, ways[k, i], whats[w]]
			print ""
			if (ways[k, i] != "plain") {
				printf "%-20s", ""
				for (w = 1; w <= nwhats; w++)
					printf " %16s", sprintf("+%.1f", figure[k, ways[k, i], whats[w]] - figure[k, "plain", whats[w]])
				print ""
			}
			printf "%s\n    { \"kernel\": \"%s\", \"release\": \"%s\", \"way\": \"%s\"", n++ ? "," : "", specs[k], release[k], ways[k, i] > json
			for (w = 1; w <= nwhats; w++) {
				key = whats[w]
				gsub(/ /, "_", key)
				printf ", \"%s\": %s", key, number(figure[k, ways[k, i], whats[w]]) > json
			}
			printf " }" > json
		}
		ours = figure[k, "iommu-group locks", whats[1]]
		if (ours != "") {
			added = ours - figure[k, "plain", whats[1]]
			printf "a pair that has nothing to do with groups: +%.1f, aim %d: %s\n", added, aim, added <= aim ? "met" : "missed"
		}
	}
	printf "\n  ]\n}\n" > json
	exit bad
}
