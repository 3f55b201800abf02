# SPDX-License-Identifier: GPL-2.0
# From what guest.sh printed to a table (stdout) and JSON (-v json=FILE).
# -v pairs=N -v iommu=KIND; one input file per kernel, its SPEC before it as
# spec=SPEC.  Fails when nothing at all was measured for a kernel, or not what
# this project is about.

function quote(s) {
	gsub(/\\/, "&&", s)
	gsub(/"/, "\\\"", s)
	gsub(/[\001-\037]/, " ", s)
	return "\"" s "\""
}

function median(first,    i, j, n, v, t) {
	n = 0
	for (i = first; i <= NF; i++)
		if ($i != "")
			v[++n] = $i + 0
	for (i = 2; i <= n; i++)
		for (j = i; j > 1 && v[j - 1] > v[j]; j--) {
			t = v[j]; v[j] = v[j - 1]; v[j - 1] = t
		}
	low = v[1]
	high = v[n]
	return v[int((n + 1) / 2)]
}

# of(KERNEL, ROW): what the row adds to a pair, 0 when it is not known
function added(k, row) {
	if (!((k, row) in figure) || !((k, "untraced") in figure))
		return 0
	return figure[k, row] - figure[k, "untraced"]
}

function ratio(a, b) {
	return a > 0 && b > 0 ? sprintf("%.3f", a / b) : "-"
}

function or_null(s) {
	return s == "-" ? "null" : s
}

BEGIN {
	FS = "\t"
	fentry = "bpftrace fentry, kernel stacks"
	kprobe = "bpftrace kprobe, kernel stacks"
	ours = "iommu-group refs, fentry"
	exact = "iommu-group refs, tracepoint"
}

FNR == 1 {
	specs[++kernels] = spec
	number[spec] = kernels
}

$1 == "kernel" { release[kernels] = $2 }

$1 == "pair" || $1 == "start" || $1 == "failed" {
	kind = $1 == "failed" ? $2 : $1
	shift = $1 == "failed"
	row = $(2 + shift)
	n = ++rows[kernels, kind]
	name[kernels, kind, n] = row
	command[kernels, kind, n] = $(3 + shift)
	if ($1 == "failed")
		why[kernels, kind, row] = $5
	else if (kind == "pair") {
		figure[kernels, row] = median(4) / pairs
		least[kernels, row] = low / pairs
		most[kernels, row] = high / pairs
	} else
		start[kernels, row] = $4
}

function print_table(k,    i, row, a) {
	printf "\n%s (%s)\n\n", specs[k], release[k]
	printf "%-32s %10s %10s   %s\n", "", "instr.", "added", "added, compared with"
	printf "%-32s %10s %10s   %s\n", "", "per pair", "per pair", \
		"bpftrace's stacks by"
	printf "%-32s %10s %10s %10s %10s\n", "", "", "", "fentry", "kprobe"
	for (i = 1; i <= rows[k, "pair"]; i++) {
		row = name[k, "pair", i]
		if ((k, "pair", row) in why) {
			printf "%-32s did not run: %s\n", row, why[k, "pair", row]
			continue
		}
		a = added(k, row)
		if (row ~ /^untraced/)
			printf "%-32s %10.1f\n", row, figure[k, row]
		else
			printf "%-32s %10.1f %10.1f %10s %10s\n", row, figure[k, row], \
				a, ratio(a, added(k, fentry)), ratio(a, added(k, kprobe))
	}
	printf "\n%-32s %10s\n", "start-up, exec to workload", "guest ms"
	for (i = 1; i <= rows[k, "start"]; i++) {
		row = name[k, "start", i]
		if ((k, "start", row) in why)
			printf "%-32s did not run: %s\n", row, why[k, "start", row]
		else
			printf "%-32s %10.1f\n", row, start[k, row] / 1e6
	}
	a = ratio(added(k, ours), added(k, fentry))
	if (a == "-")
		printf "\niommu-group fentry / bpftrace fentry with stacks: not known\n"
	else
		printf "\niommu-group fentry / bpftrace fentry with stacks: %s of the added cost, " \
			"%s of the whole (aim: at most 0.1: %s)\n", a, \
			ratio(figure[k, ours], figure[k, fentry]), \
			(figure[k, ours] <= figure[k, fentry] / 10 ? "met" : "missed")
}

# unpatched(K): the same kernel without the series, 0 when it was not measured
function unpatched(k,    s) {
	s = specs[k]
	if (!sub(/^patched:/, "unpatched:", s) || !(s in number))
		return 0
	if (!((k, "untraced") in figure) || !((number[s], "untraced") in figure))
		return 0
	return number[s]
}

# print_exact(K): what the series and its backend were to achieve
function print_exact(k,    u, off, on) {
	if (specs[k] !~ /^patched:/)
		return
	u = unpatched(k)
	if (u) {
		off = figure[k, "untraced"] - figure[u, "untraced"]
		printf "trace events off: %+.1f instructions per pair beside %s (aim: at most 2: %s)\n", \
			off, specs[u], (off < 2.05 ? "met" : "missed") # what is printed
	} else
		print "trace events off: not known, without the unpatched kernel beside it"
	on = added(k, exact)
	if (on > 0)
		printf "iommu-group tracepoint: %.1f added per pair, %s of bpftrace fentry with stacks " \
			"(aim: at most 470: %s)\n", on, ratio(on, added(k, fentry)), \
			(on <= 470 ? "met" : "missed")
	else
		print "iommu-group tracepoint: not known"
}

function print_rows(k, kind,    i, row, a) {
	for (i = 1; i <= rows[k, kind]; i++) {
		row = name[k, kind, i]
		printf "%s\n        {\"name\": %s, \"command\": %s, ", (i > 1 ? "," : ""), \
			quote(row), quote(command[k, kind, i]) >json
		if ((k, kind, row) in why) {
			printf "\"error\": %s}", quote(why[k, kind, row]) >json
			continue
		}
		if (kind == "start") {
			printf "\"ns\": %.0f}", start[k, row] >json
			continue
		}
		a = added(k, row)
		printf "\"instructions_per_pair\": %.3f, \"least\": %.3f, \"most\": %.3f", \
			figure[k, row], least[k, row], most[k, row] >json
		if (row !~ /^untraced/)
			printf ", \"added\": %s, \"added_to_bpftrace_fentry_stacks\": %s" \
				", \"added_to_bpftrace_kprobe_stacks\": %s", \
				or_null(a > 0 ? sprintf("%.3f", a) : "-"), \
				or_null(ratio(a, added(k, fentry))), \
				or_null(ratio(a, added(k, kprobe))) >json
		printf "}" >json
	}
}

END {
	print "Cost of one iommu_group_get() and iommu_group_put(), in guest instructions."
	print "QEMU TCG with -icount (1 ns of the guest's clock is 1 instruction), one cpu,"
	print "an emulated IOMMU (" iommu "): no figure for real hardware. Median of the rounds."
	print "Warm: each call site was seen before the first round, so what its first get"
	print "and put cost (a record, a stack) is not in the figures. iommu-group counts by"
	print "call site and keeps the stack of the first; bpftrace counts by whole stack and"
	print "unwinds each time; ftrace unwinds and logs each. The group has two call sites."
	print "Start-up is elapsed guest time: instructions, and waiting."
	printf "{\n  \"machine\": \"QEMU TCG, icount shift=0, 1 cpu\",\n" \
		"  \"iommu\": %s,\n  \"unit\": \"guest instructions\",\n" \
		"  \"pairs_per_round\": %d,\n  \"rounds\": %d,\n  \"warm_up_pairs\": %d,\n" \
		"  \"bpftrace\": %s,\n  \"kernels\": [", \
		quote(iommu), pairs, rounds_per_row, warm_up, \
		(bpftrace == "" ? "null" : quote(bpftrace)) >json
	for (k = 1; k <= kernels; k++) {
		print_table(k)
		print_exact(k)
		printf "%s\n    {\n      \"spec\": %s,\n      \"release\": %s,\n      \"pair\": [", \
			(k > 1 ? "," : ""), quote(specs[k]), quote(release[k]) >json
		print_rows(k, "pair")
		printf "\n      ]" >json
		if (unpatched(k))
			printf ",\n      \"added_by_events_that_are_off\": %.3f", \
				figure[k, "untraced"] - figure[unpatched(k), "untraced"] >json
		printf ",\n      \"start_up\": [" >json
		print_rows(k, "start")
		printf "\n      ]\n    }" >json
		if (!((k, "untraced") in figure) || !((k, ours) in figure))
			incomplete = 1
	}
	printf "\n  ]\n}\n" >json
	exit incomplete
}
