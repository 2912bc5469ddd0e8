using System.Collections.Immutable;
using GpuInfra.Planning.Plans.Ledgers;
using GpuInfra.Planning.Plans.Reading;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary><c>ledger</c>: a file beside the plan that says what accounts hold and may start.</summary>
internal static class LedgerSection
{
    private static readonly Key<int> Version = Key.Required("version", Quantities.WholeNumber(1, 1), "Version of this file's format: 1.");

    private static readonly Key<ImmutableArray<Quota>> Quotas = Key.Optional(
        "quotas", new ListValue<Quota>(QuotaSection.Value, mayBeEmpty: true), "What the accounts may start.", []);

    private static readonly Key<ImmutableArray<HeldReservation>> Reservations = Key.Optional(
        "reservations", new ListValue<HeldReservation>(ReservationSection.Value, mayBeEmpty: true), "Capacity that the accounts hold.", []);

    private static readonly Key<ImmutableArray<ExternalCapacity>> External = Key.Optional(
        "external", new ListValue<ExternalCapacity>(ExternalSection.Value, mayBeEmpty: true), "Machines outside the clouds, of a fixed number.", []);

    private static readonly Key<ImmutableArray<FutureRequest>> Futures = Key.Optional(
        "futureReservations", new ListValue<FutureRequest>(FutureRequestSection.Value, mayBeEmpty: true), "Future reservations of Google Cloud that stacks are to ask for: drafts, unless an approval says more.", []);

    /// <summary>The content of the file.</summary>
    private static readonly Section<AccountLedger> File = new([Version, Quotas, Reservations, External, Futures], Build);

    public static readonly PlanValue<AccountLedger> Value = new SideFile<AccountLedger>(File, AccountLedger.Empty);

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

        foreach (var twice in held.Where(row => row.IsIrrevocable && row.Approval is not null).GroupBy(row => row.Approval!.Offering, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            fields.Refuse(Reservations, $"the offering {twice.Key} was approved once and is held twice");
        }

        var outside = fields.Get(External).Where(row => row.Grant is not null).ToList();
        foreach (var twice in outside.GroupBy(row => row.Id, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            fields.Refuse(External, $"{twice.Key} stands here twice");
        }

        var futures = fields.Get(Futures).Where(row => row.Name is not null).ToList();
        foreach (var twice in futures.GroupBy(row => row.Name, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            fields.Refuse(Futures, $"{twice.Key} stands here twice");
        }

        return new AccountLedger
        {
            Quotas = [.. quotas.OrderBy(row => row.Grant.Cloud).ThenBy(row => row.Grant.Region, StringComparer.Ordinal).ThenBy(row => row.Code, StringComparer.Ordinal)],
            Reservations = [.. held.OrderBy(row => row.Id, StringComparer.Ordinal)],
            External = [.. outside.OrderBy(row => row.Id, StringComparer.Ordinal)],
            Futures = [.. futures.OrderBy(row => row.Name, StringComparer.Ordinal)],
        };
    }
}
