using System.Collections.Immutable;

namespace GpuInfra.Planning.Monitoring.Dashboards;

/// <summary>A page of charts.</summary>
/// <param name="Id">What its address ends with, as <c>gpuinfra-fleet</c>.</param>
/// <param name="Title">Its title.</param>
/// <param name="Filter">The label that its reader may choose values of, and a series that has all of them; null where there is nothing to choose.</param>
/// <param name="Panels">The charts, left to right, two in a row.</param>
public sealed record Dashboard(string Id, string Title, (string Label, string Series)? Filter, ImmutableArray<Panel> Panels);

/// <summary>A chart.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Unit">Grafana's name of the unit of its axis, as <c>s</c>, <c>percentunit</c>, <c>reqps</c>, <c>currencyUSD</c>.</param>
/// <param name="Queries">Its lines.</param>
public sealed record Panel(string Title, string Unit, ImmutableArray<PanelQuery> Queries)
{
    /// <summary>True for a few large numbers instead of lines over time.</summary>
    public bool IsNumber { get; init; }
}

/// <summary>Lines of a chart.</summary>
/// <param name="Expression">PromQL.</param>
/// <param name="Legend">What each line is called, as <c>{{pool}}</c>.</param>
public sealed record PanelQuery(string Expression, string Legend);
