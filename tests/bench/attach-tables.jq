# build/bench/attach.json as tables of Markdown.
# SPDX-License-Identifier: GPL-2.0

def number: if . == null then "-" else round | tostring end;
def fixed: . * 1000 | round / 1000 | tostring;
def row: "| " + join(" | ") + " |";
def table(head): (head | row), (head | map("---") | row);
def percent: . * 10000 | round / 100 | tostring + " %";

def machine: if .driver == "mock" then "mock"
	elif .functions | startswith("switch:") then .driver + ", switches of " + .functions[7:]
	else .driver + ", bridges of " + .functions end;
# The quickest of each size without what timing its calls adds, and how many
# there were.
def by_size: . as $all
	| ([$all[].devices] | unique) as $sizes
	| table(["operation", "times"] + ($sizes | map(tostring))),
	  ($all | group_by(.operation) | .[] | . as $one
		| [$one[0].operation, ([$one[].count] | unique | map(tostring) | join(", "))]
		  + [$sizes[] as $n | [$one[] | select(.devices == $n)][0]
			| if . then .min_ns - .own_ns else null end | number]
		| row);

(.sizes | group_by([.driver, .kernel, .functions, .workload]) | .[]
	| "\n### \(.[0].workload), \(.[0].kernel), \(.[0] | machine)\n", by_size),
"\n### What an operation and what each device costs\n",
table(["kernel", "driver", "workload", "operation", "sizes", "an operation", "a device", "off by", "growth"]),
(.fits[] | select(.sizes > 0) | [.kernel, machine, .workload, .operation, "\(.least) to \(.most)",
	(.a_ns, .b_ns | number), (.residual | percent), .growth] | row),
"\n### Where the time of the largest group goes\n",
table(["kernel", "driver", "workload", "operation", "functions"]),
(.dominant | group_by([.kernel, .driver, .functions, .workload, .operation]) | .[] | . as $all
	| [$all[0].kernel, ($all[0] | machine), $all[0].workload, $all[0].operation,
	   ($all | sort_by(-.share) | map("\(.function) \(.share | percent)") | join("; "))] | row),
"\n### What timing costs\n",
table(["kernel", "devices", "way", "an attach", "added", "a detach"]),
(.disturbance as $all | $all[] | . as $d
	| ([$all[] | select(.kernel == $d.kernel and .devices == $d.devices and .way == "plain")][0].attach_ns) as $plain
	| [$d.kernel, ($d.devices | tostring), $d.way, ($d.attach_ns | number),
	   ($d.attach_ns - $plain | number), ($d.detach_ns | number)] | row),
"\n### A cost that was set for each device, and what the fit makes of it\n",
table(["kernel", "operation", "set", "found", "off by"]),
(.accuracy[] | [.kernel, .operation, (.set_ns | number), (.found_ns | fixed),
	((.found_ns - .set_ns) / .set_ns | percent)] | row),
"\n### The tool itself\n",
table(["kernel", "command", "groups", "devices in each", "instructions", "memory, kB"]),
(.scale[] | [.kernel, .command, (.groups | tostring), (.devices | tostring),
	(.ns | number), (.kilobytes | tostring)] | row)
