using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Catalogs;

/// <summary>What one unit of something other than a GPU machine costs in a region, list price, free tiers not deducted.</summary>
/// <param name="Cloud">The cloud.</param>
/// <param name="Region">The region; <c>global</c> where the price is the same everywhere. A region without a row has no known price.</param>
/// <param name="Service">The kind of service, as <c>block-storage</c>.</param>
/// <param name="Sku">What is sold, as <c>gp3-storage</c>.</param>
/// <param name="Unit">What it is counted in, as <c>GiB-month</c>, <c>hour</c> or <c>endpoint-AZ-hour</c>.</param>
/// <param name="Price">The price of one unit.</param>
/// <param name="Source">Where the price stands.</param>
/// <param name="Grade">A: the vendor's own list; B: taken from it by a program or person who says so; C: an article or a code constant.</param>
/// <param name="AsOf">The price's date; null where the source states none.</param>
public sealed record UnitPrice(
    CloudProvider Cloud,
    string Region,
    string Service,
    string Sku,
    string Unit,
    Usd Price,
    string Source,
    char Grade,
    DateOnly? AsOf);
