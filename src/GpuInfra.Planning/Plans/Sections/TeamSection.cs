using System.Collections.Immutable;
using GpuInfra.Planning.Plans.Reading;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary><c>teams</c>.</summary>
internal static class TeamSection
{
    private static readonly Key<string> Owner = Key.Required("owner", Names.Mail, "Who answers for the team's spending, as a mail address.");

    private static readonly Key<string> CostCenter = Key.Required(
        "costCenter", Names.TagValue, "Where the team's cost is booked; becomes the tag cost-center.");

    private static readonly Key<Usd?> Monthly = Key.OptionalNumber(
        "monthly", Quantities.Money("$1", "$1B"), "The team's own budget per month, as $60k.");

    private static readonly Key<Usd?> Daily = Key.OptionalNumber(
        "daily", Quantities.Money("$1", "$100M"), "The team's own budget for an average day, as $2500.");

    private static readonly Section<Team> Team = new(
        [Owner, CostCenter, Monthly, Daily],
        fields => new Team("", fields.Get(Owner), fields.Get(CostCenter), fields.Get(Monthly)) { Daily = fields.Get(Daily) });

    /// <summary>Teams under their names. Cost of several teams is booked on <c>shared</c>, of none on <c>unowned</c>.</summary>
    public static readonly PlanValue<ImmutableArray<KeyValuePair<string, Team>>> Value =
        new NamedValues<string, Team>(Names.Name(40, Plans.Team.Shared, Plans.Team.Unowned), Team);

    /// <summary>The teams with their names, ordered.</summary>
    public static ImmutableArray<Team> Named(ImmutableArray<KeyValuePair<string, Team>> teams) =>
        [.. teams.Select(team => team.Value with { Name = team.Key }).OrderBy(team => team.Name, StringComparer.Ordinal)];
}
