"""What check.py takes for ambiguous: python3 -m unittest discover -s tools/names"""
import unittest

import check

NAMES = {"pulumi": {"Deployment"}, "pulumi.kubernetes.apps.v1": {"Deployment"}, "pulumi.aws.sqs": {"Queue"}, "System.IO": {"File"}, "pulumi.gcp.storage": {"File"}}


def found(code: str, own: dict | None = None) -> list[str]:
    return [word for word, _ in check.ambiguous(f"using Pulumi;\nusing Pulumi.Kubernetes.Apps.V1;\nusing Pulumi.Gcp.Storage;\n{code}", NAMES, own or {})]


class Ambiguous(unittest.TestCase):
    def test_a_name_of_two_opened_namespaces_is(self):
        self.assertEqual(["Deployment"], found("namespace GpuInfra.Infra.Clusters;\n_ = new Deployment();"))

    def test_a_name_of_the_platform_and_of_an_opened_namespace_is(self):
        self.assertEqual(["File"], found("namespace GpuInfra.Infra.Google;\nFile.ReadAllText(path);"))

    def test_one_that_an_alias_or_a_nearer_namespace_settles_is_not(self):
        self.assertEqual([], found("using Deployment = Pulumi.Kubernetes.Apps.V1.Deployment;\nnamespace GpuInfra.Infra.Clusters;\n_ = new Deployment();"))
        self.assertEqual([], found("namespace GpuInfra.Infra.Clusters;\nFile(name);", {"GpuInfra.Infra": {"File"}}))

    def test_members_texts_and_comments_are_no_names(self):
        self.assertEqual([], found('namespace GpuInfra.Infra.Clusters;\n// Deployment\nvar x = new Args { Deployment = other.Deployment, Text = "File" };'))

    def test_what_is_put_into_a_text_is(self):
        self.assertEqual(["Deployment"], found('namespace GpuInfra.Infra.Clusters;\nvar x = $"{Deployment}";'))

    def test_a_namespace_that_is_not_opened_says_nothing(self):
        self.assertEqual([], found("namespace GpuInfra.Infra.Clusters;\n_ = new Queue();"))


class Declarations(unittest.TestCase):
    def test_exports_become_classes_and_their_arguments(self):
        index = "export declare const Queue: typeof x;\nexport declare const getQueue: typeof x;\nexport declare const getQueueOutput: typeof x;"
        self.assertLessEqual({"Queue", "QueueArgs", "QueueState", "GetQueue", "GetQueueResult"}, set(check.classes_of("aws", index)))
        self.assertEqual({"Queue"}, {name for name in check.classes_of("kubernetes", index) if name.startswith("Queue")})

    def test_nested_inputs_belong_to_their_module(self):
        text = "export declare namespace core {\n    namespace v1 {\n        interface Container {\n        }\n    }\n    interface Other {\n    }\n}\n"
        self.assertLessEqual({(("core", "v1"), "ContainerArgs"), (("core",), "OtherArgs")}, set(check.inputs_of(text)))


if __name__ == "__main__":
    unittest.main()
