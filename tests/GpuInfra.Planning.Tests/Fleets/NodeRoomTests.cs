using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;

namespace GpuInfra.Planning.Tests.Fleets;

public class NodeRoomTests
{
    [Fact]
    public void Every_machine_keeps_what_it_needs_for_itself()
    {
        foreach (var machine in Catalog.Embedded.Machines.Where(machine => machine is { VCpus: not null, Memory: not null }))
        {
            foreach (var replicas in new[] { 1, machine.Gpus, 7 * machine.Gpus })
            {
                var room = NodeRoom.Of(machine, replicas)!;
                Assert.True(room.MilliCores * replicas <= Math.Max((machine.VCpus!.Value - 1) * 1000, 100 * replicas), $"{machine.InstanceType}: {room} × {replicas}");
                Assert.True(room.Memory.TotalGib * replicas <= Math.Max(machine.Memory!.Value.TotalGib - 2, replicas), $"{machine.InstanceType}: {room} × {replicas}");
                Assert.True(room.MilliCores >= 100 && room.Memory.TotalGib >= 1);
            }
        }
    }

    [Fact]
    public void A_small_machine_keeps_more_of_itself_than_a_large_one()
    {
        // Of 16 GiB: 1 of the first 4, 0.8 of the next, 0.8 of 8, 0.1 to put pods out, 2 for what runs on every node.
        Assert.Equal(11, NodeRoom.Of(Catalog.Embedded.FindMachine(CloudProvider.Aws, "g6.xlarge")!, 1)!.Memory.TotalGib);
        Assert.Equal(2_900, NodeRoom.Of(Catalog.Embedded.FindMachine(CloudProvider.Aws, "g6.xlarge")!, 1)!.MilliCores);
    }

    [Fact]
    public void A_machine_whose_size_is_not_known_has_no_room_to_tell() =>
        Assert.Null(NodeRoom.Of(Catalog.Embedded.FindMachine(CloudProvider.Gcp, "a4x-highgpu-4g")!, 1));
}
