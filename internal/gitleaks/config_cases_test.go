package gitleaks

import (
	"fmt"
	"strings"

	"pgregory.net/rapid"
)

const oneRule = "[[rules]]\nid = \"r\"\nregex = '''a(b)(c)'''\n"

// extendedFiles are what the cases below extend.
var extendedFiles = map[string]string{
	"base.toml": `
title = "base"
[[rules]]
id = "z"
description = "base z"
regex = "z+"
entropy = 1.5
keywords = ["ZZ"]
tags = ["base"]
skipReport = true
[[rules.required]]
id = "y"
withinLines = 3
[[rules.allowlists]]
stopwords = ["Base"]
[[rules]]
id = "y"
path = "y$"
[[rules]]
id = "incomplete"
description = "neither regex nor path"
[[allowlists]]
paths = ["base"]
[[allowlists]]
targetRules = ["nobody"]
regexes = ["dropped"]
`,
	"targets.toml": oneRule + "[[allowlists]]\ntargetRules = [\"r\"]\nregexes = [\"x\"]\n",
	"bad.toml":     "[[rules]]\nid = \"r\"\nregex = \"(\"\n",
	"both.toml":    oneRule + "[extend]\nuseDefault = true\npath = \"base.toml\"\n",
	"level1.toml":  "[extend]\npath = \"level2.toml\"\n[[rules]]\nid = \"one\"\nregex = \"1\"\n",
	"level2.toml":  "[extend]\npath = \"level3.toml\"\n[[rules]]\nid = \"two\"\nregex = \"2\"\n",
	"level3.toml":  "[[rules]]\nid = \"three\"\nregex = \"3\"\n",
	"deepbad.toml": "[extend]\npath = \"levelbad.toml\"\n",
	"levelbad.toml": "[extend]\npath = \"level3.toml\"\nuseDefault = true\n" +
		"[[rules]]\nid = \"two\"\nregex = \"2\"\n",
}

type configCase struct {
	name, text string
	ok         bool
}

var configCases = []configCase{
	{"empty", "", true},
	{"comment only", "# nothing\n", true},
	{"no TOML", "rules = [", false},
	{"key twice", "title = 'a'\ntitle = 'b'\n", false},
	{"byte order mark", "\uFEFF" + oneRule, false},
	{"CRLF", strings.ReplaceAll(oneRule, "\n", "\r\n"), true},
	{"one rule", oneRule, true},
	{"capitals", "[[RULES]]\nID = 'r'\nREGEX = 'a(b)'\nSecretGroup = 1\nKEYWORDS = ['A']\n[[RULES.AllowLists]]\nStopWords = ['X']\n", true},
	{"long s", "[['ruleſ']]\nid = 'r'\nregex = 'a'\n", true},
	{"Kelvin", "[[rules]]\nid = 'r'\nregex = 'a'\n'\u212Aeywords' = ['x']\n", true},
	{"no id", "[[rules]]\nregex = 'a'\n", false},
	{"blank id", "[[rules]]\nid = ' \t'\nregex = 'a'\n", false},
	{"neither regex nor path", "[[rules]]\nid = 'r'\n", false},
	{"path only", "[[rules]]\nid = 'r'\npath = 'a'\n", true},
	{"path only with a secret group", "[[rules]]\nid = 'r'\npath = 'a'\nsecretGroup = 9\n", true},
	{"regex doesn't compile", "[[rules]]\nid = 'r'\nregex = '('\n", false},
	{"lookahead", "[[rules]]\nid = 'r'\nregex = 'a(?=b)'\n", false},
	{"path doesn't compile", "[[rules]]\nid = 'r'\npath = '*'\n", false},
	{"secret group 2 of 2", oneRule + "secretGroup = 2\n", true},
	{"secret group 3 of 2", oneRule + "secretGroup = 3\n", false},
	{"secret group below 0", oneRule + "secretGroup = -1\n", true},
	{"secret group as string", oneRule + "secretGroup = '0x2'\n", true},
	{"secret group as empty string", oneRule + "secretGroup = ''\n", true},
	{"secret group as octal string", oneRule + "secretGroup = '08'\n", false},
	{"secret group as float", oneRule + "secretGroup = 1.9\n", true},
	{"secret group as boolean", oneRule + "secretGroup = true\n", true},
	{"secret group as list", oneRule + "secretGroup = [1]\n", false},
	{"entropy as integer", oneRule + "entropy = 3\n", true},
	{"entropy as string", oneRule + "entropy = '3.25'\n", true},
	{"entropy as empty string", oneRule + "entropy = ''\n", true},
	{"entropy as boolean", oneRule + "entropy = true\n", true},
	{"entropy nan", oneRule + "entropy = nan\n", true},
	{"entropy as word", oneRule + "entropy = 'high'\n", false},
	{"entropy as table", oneRule + "entropy = {}\n", false},
	{"skipReport as number", oneRule + "skipReport = 2\n", true},
	{"skipReport as string", oneRule + "skipReport = 'T'\n", true},
	{"skipReport as empty string", oneRule + "skipReport = ''\n", true},
	{"skipReport as yes", oneRule + "skipReport = 'yes'\n", false},
	{"keywords as string", oneRule + "keywords = 'A,b, C'\n", true},
	{"keywords as empty string", oneRule + "keywords = ''\n", true},
	{"keywords as number", oneRule + "keywords = 12.50\n", true},
	{"keywords as empty table", oneRule + "keywords = {}\n", true},
	{"keywords as table", oneRule + "keywords = {a = 1}\n", false},
	{"keywords as date", oneRule + "keywords = 2020-01-01\n", false},
	{"keywords of many kinds", oneRule + "keywords = ['A,B', 1, 2.5, true, false, 1e30, 0x10]\n", true},
	{"keywords nested", oneRule + "keywords = [['a']]\n", false},
	{"keywords with a date", oneRule + "keywords = [2020-01-01T00:00:00Z]\n", false},
	{"keywords in Turkish", oneRule + "keywords = ['İSTANBUL', 'ẞ', 'K']\n", true},
	{"id as number", "[[rules]]\nid = 7\nregex = 1\n", true},
	{"id as list", "[[rules]]\nid = ['r']\nregex = 'a'\n", false},
	{"one table for rules", "[rules]\nid = 'r'\nregex = 'a'\n", true},
	{"inline rules", "rules = [{id = 'r', regex = 'a'}, {id = 's', path = 'b'}]\n", true},
	{"rules as empty string", "rules = ''\n", true},
	{"rules as string", "rules = 'a,b'\n", false},
	{"rules as empty table", "rules = {}\n", true},
	{"rules with a number", "rules = [1]\n", false},
	{"rules with an empty string", "rules = ['']\n", false},
	{"rules as date", "rules = 2020-01-01\n", false},
	{"two rules of one id", oneRule + "[[rules]]\nid = 's'\nregex = 's'\n[[rules]]\nid = 'r'\npath = 'last'\n", true},
	{"faulty rule behind one of its id", "[[rules]]\nid = 'r'\n[[rules.required]]\nid = 'gone'\n" + oneRule, true},
	{"required", oneRule + "[[rules.required]]\nid = 'r'\nwithinLines = 5\nwithinColumns = '7'\n", true},
	{"required later rule", oneRule + "[[rules.required]]\nid = 's'\n[[rules]]\nid = 's'\nregex = 's'\n", true},
	{"required in one table", oneRule + "[rules.required]\nid = 'r'\nwithinlines = 0\n", true},
	{"required missing rule", oneRule + "[[rules.required]]\nid = 'gone'\n", false},
	{"required without id", oneRule + "[[rules.required]]\nwithinLines = 5\n", false},
	{"required as string", oneRule + "required = 'r'\n", false},
	{"rule allowlist, old", oneRule + "[rules.allowlist]\nregexes = ['x']\nregexTarget = 'line'\n", true},
	{"rule allowlist, old and empty", oneRule + "[rules.allowlist]\n", false},
	{"rule allowlist, old, described only", oneRule + "[rules.allowlist]\ndescription = 'd'\n", false},
	{"rule allowlist, old and new", oneRule + "[rules.allowlist]\npaths = ['x']\n[[rules.allowlists]]\npaths = ['y']\n", false},
	{"rule allowlist, old and none", oneRule + "allowlists = []\n[rules.allowlist]\npaths = ['x']\n", true},
	{"rule allowlist, old as a list", oneRule + "[[rules.allowlist]]\npaths = ['x']\n", false},
	{"rule allowlists in one table", oneRule + "[rules.allowlists]\npaths = ['x']\n", true},
	{"rule allowlists as empty table", oneRule + "allowlists = {}\n", true},
	{"rule allowlists with an empty one", oneRule + "allowlists = [{}]\n", false},
	{"rule allowlists as empty string", oneRule + "allowlists = ''\n", true},
	{"rule allowlist target rules", oneRule + "[[rules.allowlists]]\ntargetRules = ['gone']\npaths = ['x']\n", true},
	{"conditions", oneRule + allowlistsWith("condition", "'and'", "'And'", "'&&'", "'or'", "'oR'", "'||'", "''"), true},
	{"condition xor", oneRule + allowlistsWith("condition", "'xor'"), false},
	{"targets", oneRule + allowlistsWith("regexTarget", "'secret'", "'match'", "'line'", "''"), true},
	{"target in capitals", oneRule + allowlistsWith("regexTarget", "'Match'"), false},
	{"commits", oneRule + "[[rules.allowlists]]\ncommits = [' ABC ', 'abc', 'Def']\n", true},
	{"stopwords", oneRule + "[[rules.allowlists]]\nstopwords = ['ABC', 'abc', '', 'x,y']\n", true},
	{"paths as string", oneRule + "[[rules.allowlists]]\npaths = 'a{1,2},b'\n", true},
	{"regexes that break when joined", oneRule + "[[rules.allowlists]]\nregexes = ['\\Qa', 'b']\n", false},
	{"regexes right only when joined", oneRule + "[[rules.allowlists]]\nregexes = ['(', ')']\n", false},
	{"global, old", "[allowlist]\npaths = ['x']\n", true},
	{"global, old and empty", "[allowlist]\n", true},
	{"global, old with an empty table", "[allowlist]\npaths = {}\n[allowlist.more.and.more]\n", true},
	{"global, old, described only", "[allowlist]\ndescription = 'd'\n", false},
	{"global, old, empty list only", "[allowlist]\npaths = []\n", false},
	{"global, old and new", "[allowlist]\npaths = ['x']\n[[allowlists]]\npaths = ['x']\n", false},
	{"global, dotted key", "\"allowlist.paths\" = ['x']\n", true},
	{"global, new", "[[allowlists]]\npaths = ['x']\n[[allowlists]]\nregexes = ['y']\ncondition = 'AND'\n", true},
	{"global, new in one table", "[allowlists]\npaths = ['x']\n", true},
	{"global, new and empty", "[[allowlists]]\n", false},
	{"global, old with target", oneRule + "[allowlist]\ntargetRules = 'r,r'\npaths = ['x']\n", true},
	{"global with target", oneRule + "[[allowlists]]\ntargetRules = ['r']\npaths = ['x']\n[[rules.allowlists]]\npaths = ['own']\n", true},
	{"global with unknown target", oneRule + "[[allowlists]]\ntargetRules = ['gone']\npaths = ['x']\n", false},
	{"global with no target", oneRule + "[[allowlists]]\ntargetRules = []\npaths = ['x']\n", true},
	{"unknown fields", "what = 1\n[ever]\na = 1\n" + oneRule + "report = true\n[rules.more]\nx = 1\n", true},
	{"title as number", "title = 1\n", true},
	{"title as empty table", "title = {}\n", true},
	{"title as table", "title = {a = 1}\n", false},
	{"description as list", "description = []\n", false},
	{"url as list", "[extend]\nurl = []\n", false},
	{"minVersion", "minVersion = 'v8.25.0'\n", true},
	{"minVersion later", "minVersion = '99.1'\n", true},
	{"minVersion as float", "minVersion = 8.25\n", true},
	{"minVersion before", "minVersion = '8.30.1-rc.1+build'\n", true},
	{"minVersion odd", "minVersion = '8.25.'\n", false},
	{"minVersion too large", "minVersion = '99999999999999999999'\n", false},
	{"minVersion as word", "minVersion = 'latest'\n", false},
	{"extend as string", "extend = 'base.toml'\n", false},
	{"extend nothing", "[extend]\ndisabledRules = ['x']\n" + oneRule, true},
	{"extend default", "[extend]\nuseDefault = true\n", true},
	{"extend default, as string", "[extend]\nusedefault = 'true'\ndisabledRules = 'generic-api-key,aws-access-token,gone'\n", true},
	{"extend default, dotted", "extend.useDefault = true\n" + oneRule, true},
	{"extend default, quoted", "\"extend.useDefault\" = true\n" + oneRule, true},
	{"extend default, override", overrideDefault, true},
	{"extend default, secret group of the base's regex", "[extend]\nuseDefault = true\n[[rules]]\nid = 'generic-api-key'\nsecretGroup = 2\n", false},
	{"extend default, target", "[extend]\nuseDefault = true\n[[allowlists]]\ntargetRules = ['generic-api-key', 'aws-access-token']\nstopwords = ['x']\n", true},
	{"extend default, disabled target", "[extend]\nuseDefault = true\ndisabledRules = ['generic-api-key']\n[[allowlists]]\ntargetRules = ['generic-api-key']\nstopwords = ['x']\n", false},
	{"extend default, rule required from it", oneRule + "[[rules.required]]\nid = 'generic-api-key'\n[extend]\nuseDefault = true\n", false},
	{"extend both", "[extend]\nuseDefault = true\npath = 'base.toml'\n", false},
	{"extend a path", "title = 'own'\n[extend]\npath = 'base.toml'\ndisabledRules = ['incomplete']\n" + oneRule + "[[allowlists]]\npaths = ['own']\n", true},
	{"extend a path, incomplete rule", "[extend]\npath = 'base.toml'\n", false},
	{"extend a path, rule completed", "[extend]\npath = 'base.toml'\n[[rules]]\nid = 'incomplete'\nregex = 'done'\n", true},
	{"extend a path, override", overrideBase, true},
	{"extend a path, partner disabled", "[extend]\npath = 'base.toml'\ndisabledRules = ['y', 'incomplete']\n", true},
	{"extend a missing file", "[extend]\npath = 'gone.toml'\n", false},
	{"extend a folder", "[extend]\npath = '.'\n", false},
	{"extend a faulty file", "[extend]\npath = 'bad.toml'\n", false},
	{"extend a file that extends both", "[extend]\npath = 'both.toml'\n", false},
	{"extend a file with targets", "[extend]\npath = 'targets.toml'\n", true},
	{"extend two levels", "[extend]\npath = 'level2.toml'\n", true},
	{"extend three levels", "[extend]\npath = 'level1.toml'\n", true},
	{"extend both at the last level", "[extend]\npath = 'deepbad.toml'\n", true},
}

const overrideDefault = `
[extend]
useDefault = true
[[rules]]
id = "aws-access-token"
description = "own"
entropy = 9
regex = "own(x)"
secretGroup = 1
path = "own"
tags = ["own"]
keywords = ["OWN"]
skipReport = true
[[rules.allowlists]]
stopwords = ["own"]
[[rules.required]]
id = "aws-access-token"
`

const overrideBase = `
[extend]
path = "base.toml"
disabledRules = ["incomplete"]
[[rules]]
id = "z"
description = "own"
entropy = 0
keywords = ["own"]
tags = ["own"]
[[rules.allowlists]]
stopwords = ["own"]
[[rules]]
id = "a"
regex = "a"
`

func allowlistsWith(field string, values ...string) string {
	var b strings.Builder
	for _, v := range values {
		fmt.Fprintf(&b, "[[rules.allowlists]]\nregexes = ['x']\n%s = %s\n", field, v)
	}
	return b.String()
}

// configText draws a configuration, mostly valid, that extends the default,
// the named file or nothing.
func configText(rt *rapid.T, extend string) string {
	g := &configGen{rt: rt}
	g.maybe("title", g.str("own", "", "two words"))
	g.maybe("description", g.str("d"))
	g.maybe("minVersion", g.str("v8.25.0", "8.25", "9.0.0", "8.30.1-x", "1.2.3.4"))
	g.maybe("unknown", g.str("x"))
	g.extension(extend)
	for range rapid.IntRange(0, 4).Draw(rt, "rules") {
		g.rule()
	}
	switch rapid.IntRange(0, 5).Draw(rt, "allowlists") {
	case 0, 1:
		g.allowlist("[allowlist]", true)
	case 2:
		g.allowlist("[[allowlists]]", true)
		g.allowlist("[[allowlists]]", true)
	case 3:
		if g.rarely() {
			g.allowlist("[allowlist]", true)
			g.allowlist("[[allowlists]]", true)
		}
	}
	return g.String()
}

type configGen struct {
	strings.Builder
	rt *rapid.T
}

func (g *configGen) n(max int) int { return rapid.IntRange(0, max-1).Draw(g.rt, "n") }

// rarely avoids the ends of the range, which rapid prefers.
func (g *configGen) rarely() bool { return g.n(100) == 37 }

func (g *configGen) pick(s []string) int { return g.n(len(s)) }

// maybe writes a field in some case, or not.
func (g *configGen) maybe(key, value string) {
	switch g.n(8) {
	case 0, 1:
		return
	case 2:
		key = strings.ToUpper(key)
	case 3:
		key = strings.ToLower(key)
	}
	fmt.Fprintf(g, "%s = %s\n", key, value)
}

// str draws a string, or rarely a value that isn't one.
func (g *configGen) str(values ...string) string {
	if g.rarely() {
		odd := []string{"1", "2.50", "true", "[]", "{}", "{a = 1}", "2020-01-01", "['a']", "''", "0x1F", "1e3"}
		return odd[g.pick(odd)]
	}
	return "'" + values[g.pick(values)] + "'"
}

func (g *configGen) list(values ...string) string {
	switch g.n(12) {
	case 0:
		return "'" + values[g.pick(values)] + "," + values[g.pick(values)] + "'"
	case 1:
		if g.rarely() {
			odd := []string{"1", "true", "[]", "{}", "{a = 1}", "2020-01-01", "''", "[['a']]", "[1, 2.5, true]"}
			return odd[g.pick(odd)]
		}
	}
	var parts []string
	for range 1 + g.n(3) {
		parts = append(parts, g.str(values...))
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

func (g *configGen) number(values ...string) string {
	if g.rarely() {
		odd := []string{"'1'", "''", "true", "1.5", "-1", "[]", "'x'", "1e2", "'0b1'", "9"}
		return odd[g.pick(odd)]
	}
	return values[g.pick(values)]
}

func (g *configGen) extension(extend string) {
	if extend == "" && !g.rarely() {
		return
	}
	g.WriteString("[extend]\n")
	switch {
	case extend == "default":
		g.WriteString("useDefault = " + g.number("true", "true", "1", "'t'") + "\n")
	case extend != "":
		g.WriteString("path = '" + extend + "'\n")
		if g.rarely() {
			g.WriteString("useDefault = true\n")
		}
	}
	if g.n(2) == 0 {
		g.maybe("disabledRules", g.list("r1", "r2", "r3", "generic-api-key", "gone"))
	}
	g.maybe("url", g.str(""))
}

func (g *configGen) rule() {
	g.WriteString("[[rules]]\n")
	if !g.rarely() {
		fmt.Fprintf(g, "id = %s\n", g.str("r1", "r2", "r3", "r4", "generic-api-key", "aws-access-token"))
	}
	if g.n(20) > 0 {
		fmt.Fprintf(g, "regex = %s\n", g.str("a", "(a)(b)", "(?i)x(?P<n>y)", "[a-z]{3,}", "a|b", "\\bkey(\\d+)"))
	} else if g.n(3) == 0 {
		fmt.Fprintf(g, "regex = %s\n", g.str("(", "a(?=b)", "\\1", "x**", "a{1001}"))
	}
	if g.n(3) == 0 {
		g.maybe("path", g.str("x$", "(?i)\\.env", "^a/b"))
	}
	g.maybe("description", g.str("one", "", "two"))
	g.maybe("secretGroup", g.number("0", "0", "0", "0", "1"))
	g.maybe("entropy", g.number("0", "3.5", "4", "0.0"))
	g.maybe("keywords", g.list("KEY", "key", "x-y", "", "É"))
	g.maybe("tags", g.list("t1", "T2"))
	if g.n(4) == 0 {
		g.maybe("skipReport", g.number("true", "false"))
	}
	switch g.n(6) {
	case 0:
		g.allowlist("[rules.allowlist]", false)
	case 1:
		g.allowlist("[[rules.allowlists]]", false)
		g.allowlist("[[rules.allowlists]]", false)
	case 2:
		if g.rarely() {
			g.allowlist("[rules.allowlist]", false)
			g.allowlist("[[rules.allowlists]]", false)
		}
	}
	if g.n(6) == 0 {
		g.WriteString("[[rules.required]]\n")
		fmt.Fprintf(g, "id = %s\n", g.str("r1", "r2", "r3"))
		g.maybe("withinLines", g.number("0", "5"))
		g.maybe("withinColumns", g.number("0", "5"))
	}
}

func (g *configGen) allowlist(header string, global bool) {
	g.WriteString(header + "\n")
	g.maybe("description", g.str("d"))
	g.maybe("condition", g.str("AND", "or", "&&", "||", ""))
	g.maybe("regexTarget", g.str("match", "line", "secret", ""))
	if global && g.n(3) == 0 {
		g.maybe("targetRules", g.list("r1", "r2", "r1"))
	}
	fields := 1 + g.n(15)
	if g.rarely() {
		fields = 0
	}
	if fields&1 != 0 {
		fmt.Fprintf(g, "regexes = %s\n", g.list("x", "(?i)true", "^a", "b|c", "(y)"))
	}
	if fields&2 != 0 {
		fmt.Fprintf(g, "paths = %s\n", g.list("x", "\\.md$", "^a/", "b|c"))
	}
	if fields&4 != 0 {
		fmt.Fprintf(g, "commits = %s\n", g.list("ABC", " abc ", "def", ""))
	}
	if fields&8 != 0 {
		fmt.Fprintf(g, "stopwords = %s\n", g.list("Stop", "STOP", "word", ""))
	}
}
