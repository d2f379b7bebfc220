// Prometheus's own rules, storage and PromQL on a clock of the caller's: samples go in, the groups of a rule file are
// evaluated when the caller says, and what was recorded comes out. promtool's unit tests do the same, but evaluate
// every group at one interval and report what they didn't expect, not what there is.
//
//	rule-replay RULE_FILE < replay.json > series.ndjson
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"time"

	"github.com/prometheus/common/promslog"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/value"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/rules"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
)

// Times are in milliseconds since 1970.
type replay struct {
	From   int64    `json:"from"`
	To     int64    `json:"to"`
	Groups []group  `json:"groups"`
	Series []series `json:"series"`
	// Selectors of the series to print.
	Print []string `json:"print"`
}

// group says at which interval and how long after its multiples a group is evaluated. Groups of one moment are evaluated
// in the order given.
type group struct {
	Name     string `json:"name"`
	Interval int64  `json:"interval"`
	Phase    int64  `json:"phase"`
}

type series struct {
	Labels  labels.Labels `json:"labels"`
	Samples []sample      `json:"samples"`
}

// sample is a time and a value, and, where it came later, when it came.
type sample []float64

func (s sample) time() int64 { return int64(s[0]) }

func (s sample) arrival() int64 {
	if len(s) > 2 {
		return int64(s[2])
	}
	return s.time()
}

func main() {
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ruleFile string) error {
	var asked replay
	if err := json.NewDecoder(bufio.NewReader(os.Stdin)).Decode(&asked); err != nil {
		return err
	}
	db, remove, err := openStorage()
	if err != nil {
		return err
	}
	defer remove()
	groups, err := load(ruleFile, db)
	if err != nil {
		return err
	}
	if err := evaluate(asked, groups, db); err != nil {
		return err
	}
	return print(asked.Print, db)
}

// openStorage keeps all in its head: neither a log nor blocks.
func openStorage() (*tsdb.DB, func(), error) {
	folder, err := os.MkdirTemp("", "rule-replay")
	if err != nil {
		return nil, nil, err
	}
	options := tsdb.DefaultOptions()
	options.WALSegmentSize = -1
	options.RetentionDuration = 0
	options.OutOfOrderTimeWindow = (24 * time.Hour).Milliseconds()
	db, err := tsdb.Open(folder, promslog.NewNopLogger(), nil, options, tsdb.NewDBStats())
	if err != nil {
		return nil, nil, err
	}
	db.DisableCompactions()
	return db, func() { db.Close(); os.RemoveAll(folder) }, nil
}

func load(ruleFile string, db *tsdb.DB) (map[string]*rules.Group, error) {
	parser := parser.NewParser(parser.Options{})
	engine := promql.NewEngine(promql.EngineOpts{
		Logger:               promslog.NewNopLogger(),
		MaxSamples:           50_000_000,
		Timeout:              time.Minute,
		LookbackDelta:        5 * time.Minute,
		EnableAtModifier:     true,
		EnableNegativeOffset: true,
		Parser:               parser,
		NoStepSubqueryIntervalFn: func(int64) int64 {
			return time.Minute.Milliseconds()
		},
	})
	manager := rules.NewManager(&rules.ManagerOptions{
		QueryFunc:  rules.EngineQueryFunc(engine, db),
		NotifyFunc: func(context.Context, string, ...*rules.Alert) {},
		Appendable: db,
		Queryable:  db,
		Context:    context.Background(),
		Logger:     promslog.NewNopLogger(),
		Parser:     parser,
	})
	loaded, errs := manager.LoadGroups(time.Minute, labels.EmptyLabels(), "", nil, false, ruleFile)
	if len(errs) > 0 {
		return nil, errs[0]
	}
	byName := map[string]*rules.Group{}
	for _, group := range loaded {
		byName[group.Name()] = group
		for _, rule := range group.Rules() {
			// Until its state is restored an alert writes no ALERTS.
			if alert, ok := rule.(*rules.AlertingRule); ok {
				alert.SetRestored(true)
			}
		}
	}
	return byName, nil
}

func evaluate(asked replay, groups map[string]*rules.Group, db *tsdb.DB) error {
	if len(asked.Groups) != len(groups) {
		return fmt.Errorf("%d groups asked, the file has %d", len(asked.Groups), len(groups))
	}
	feed := newFeed(asked.Series)
	next := make([]int64, len(asked.Groups))
	for i, wanted := range asked.Groups {
		if groups[wanted.Name] == nil {
			return fmt.Errorf("no group is called %s", wanted.Name)
		}
		next[i] = (asked.From+wanted.Interval-1)/wanted.Interval*wanted.Interval + wanted.Phase
	}
	for hour := int64(0); ; {
		now := slices.Min(next)
		if now > asked.To {
			return nil
		}
		// A minute's work of a server, whose minutes are not ours: without it each look at a series takes as long as
		// the series.
		if this := now / time.Hour.Milliseconds(); this != hour {
			hour = this
			db.ForceHeadMMap()
		}
		if err := feed.till(now, db); err != nil {
			return err
		}
		for i, wanted := range asked.Groups {
			if next[i] != now {
				continue
			}
			group := groups[wanted.Name]
			group.Eval(context.Background(), time.UnixMilli(now))
			for _, rule := range group.Rules() {
				if err := rule.LastError(); err != nil {
					return fmt.Errorf("%s of %s at %d: %w", rule.Name(), wanted.Name, now, err)
				}
			}
			next[i] += wanted.Interval
		}
	}
}

// feed hands samples over as they came, so that no evaluation meets a storage that knows the future.
type feed struct {
	series []series
	refs   []storage.SeriesRef
	order  []position
}

type position struct {
	arrival       int64
	series, index int
}

func newFeed(all []series) *feed {
	var order []position
	for s, one := range all {
		for i, sample := range one.Samples {
			order = append(order, position{sample.arrival(), s, i})
		}
	}
	slices.SortStableFunc(order, func(a, b position) int { return int(a.arrival - b.arrival) })
	return &feed{series: all, refs: make([]storage.SeriesRef, len(all)), order: order}
}

func (f *feed) till(now int64, db *tsdb.DB) error {
	appender := db.Appender(context.Background())
	for len(f.order) > 0 && f.order[0].arrival <= now {
		at := f.order[0]
		f.order = f.order[1:]
		one := f.series[at.series]
		sample := one.Samples[at.index]
		ref, err := appender.Append(f.refs[at.series], one.Labels, sample.time(), sample[1])
		if err != nil {
			return fmt.Errorf("%s at %d: %w", one.Labels, sample.time(), err)
		}
		f.refs[at.series] = ref
	}
	return appender.Commit()
}

func print(selectors []string, db *tsdb.DB) error {
	out := bufio.NewWriter(os.Stdout)
	lines := json.NewEncoder(out)
	querier, err := db.Querier(math.MinInt64, math.MaxInt64)
	if err != nil {
		return err
	}
	defer querier.Close()
	parser := parser.NewParser(parser.Options{})
	for _, selector := range selectors {
		matchers, err := parser.ParseMetricSelector(selector)
		if err != nil {
			return err
		}
		found := querier.Select(context.Background(), true, nil, matchers...)
		for found.Next() {
			one := series{Labels: found.At().Labels(), Samples: []sample{}}
			samples := found.At().Iterator(nil)
			for samples.Next() == chunkenc.ValFloat {
				if time, v := samples.At(); !value.IsStaleNaN(v) {
					one.Samples = append(one.Samples, sample{float64(time), v})
				}
			}
			if err := lines.Encode(one); err != nil {
				return err
			}
		}
		if err := found.Err(); err != nil {
			return err
		}
	}
	return out.Flush()
}
