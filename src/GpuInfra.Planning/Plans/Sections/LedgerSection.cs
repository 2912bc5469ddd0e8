using System.Collections.Immutable;
using System.Text.Json.Nodes;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans.Ledgers;
using GpuInfra.Planning.Plans.Reading;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary><c>ledger</c>: the name of a file beside the plan, and what stands in that file.</summary>
internal sealed class LedgerSection : PlanValue<AccountLedger>
{
    private static readonly Key<int> Version = Key.Required("version", Quantities.WholeNumber(1, 1), "Version of this file's format: 1.");

    private static readonly Key<ImmutableArray<Quota>> Quotas = Key.Optional(
        "quotas", new ListValue<Quota>(QuotaSection.Value, mayBeEmpty: true), "What the accounts may start.", []);

    private static readonly Key<ImmutableArray<HeldReservation>> Reservations = Key.Optional(
        "reservations", new ListValue<HeldReservation>(ReservationSection.Value, mayBeEmpty: true), "Capacity that the accounts hold.", []);

    /// <summary>The content of the file.</summary>
    public static readonly Section<AccountLedger> File = new([Version, Quotas, Reservations], Build);

    private static readonly ScalarValue<string> Name =
        new("the name of a file beside this one", (node, _) => node.Text, () => new JsonObject { ["type"] = "string" });

    public override bool TryRead(Cursor at, out AccountLedger value)
    {
        value = AccountLedger.Empty;
        if (!Name.TryRead(at, out var name))
        {
            return false;
        }

        if (name != Path.GetFileName(name) || !at.Reading.ReadsFiles)
        {
            return at.Refuse(at.Reading.ReadsFiles
                ? $"{HumanUnits.Quote(name)} must be the name of a file beside this one, without a folder"
                : "cannot be read here: the plan does not come from a file");
        }

        var file = Path.Combine(Path.GetDirectoryName(at.Node.File) ?? "", name);
        at.Reading.Open(file);
        var root = PlanText.Read(file, at.Reading) is { } text ? YamlTree.Read(text, file, at.Reading) : null;
        at.Reading.TellAt(at, file);
        return root is not null && File.TryRead(new Cursor(root, "", at.Reading), out value);
    }

    public override JsonObject Schema() => Name.Schema();

    private static AccountLedger Build(Fields fields)
    {
        var quotas = fields.Get(Quotas).Where(quota => quota.Grant is not null).ToList();
        foreach (var twice in quotas.GroupBy(quota => (quota.Grant.Cloud, quota.Grant.Account, quota.Grant.Region, quota.Code)).Where(group => group.Count() > 1))
        {
            fields.Refuse(Quotas, $"{twice.Key.Code} of {twice.Key.Account} in {twice.Key.Region} stands here twice");
        }

        var held = fields.Get(Reservations).Where(row => row.Grant is not null).ToList();
        foreach (var twice in held.GroupBy(row => row.Id, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            fields.Refuse(Reservations, $"{twice.Key} stands here twice");
        }

        return new AccountLedger
        {
            Quotas = [.. quotas.OrderBy(row => row.Grant.Cloud).ThenBy(row => row.Grant.Region, StringComparer.Ordinal).ThenBy(row => row.Code, StringComparer.Ordinal)],
            Reservations = [.. held.OrderBy(row => row.Id, StringComparer.Ordinal)],
        };
    }
}
