"""A client that knows nothing of an API before it asks.

It does what clients of Cloudforet's framework do: it finds services and methods by server
reflection (v1alpha), takes and gives dictionaries, sends the token and the scope of a call
as metadata, and tells errors by the code in front of the first colon.
"""

import grpc
from google.protobuf.descriptor_pb2 import FieldDescriptorProto, FileDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.json_format import MessageToDict, ParseDict
from google.protobuf.message_factory import MessageFactory


class ApiError(Exception):
    """What a service refused, with its code and gRPC's status."""

    def __init__(self, status, details):
        super().__init__(f"{status}: {details}")
        self.status = status
        self.code, _, self.text = details.partition(": ")


# The messages of server reflection: names, numbers and types of the fields that are used.
REFLECTION = {
    "ServerReflectionRequest": [("file_by_filename", 3, str), ("file_containing_symbol", 4, str), ("list_services", 7, str)],
    "ServerReflectionResponse": [
        ("file_descriptor_response", 4, "FileDescriptorResponse"),
        ("list_services_response", 6, "ListServiceResponse"),
        ("error_response", 7, "ErrorResponse"),
    ],
    "FileDescriptorResponse": [("file_descriptor_proto", 1, [bytes])],
    "ListServiceResponse": [("service", 1, ["ServiceResponse"])],
    "ServiceResponse": [("name", 1, str)],
    "ErrorResponse": [("error_code", 1, int), ("error_message", 2, str)],
}
# Those whose fields exclude one another.
ALTERNATIVES = ("ServerReflectionRequest", "ServerReflectionResponse")
PACKAGE = "grpc.reflection.v1alpha"


def reflection():
    """The types of request and answer of server reflection."""
    file = FileDescriptorProto(name="reflection.proto", package=PACKAGE, syntax="proto3")
    types = {str: FieldDescriptorProto.TYPE_STRING, bytes: FieldDescriptorProto.TYPE_BYTES, int: FieldDescriptorProto.TYPE_INT32}
    for name, fields in REFLECTION.items():
        message = file.message_type.add(name=name)
        if name in ALTERNATIVES:
            message.oneof_decl.add(name="one")
        for field_name, number, kind in fields:
            field = message.field.add(name=field_name, number=number, label=FieldDescriptorProto.LABEL_OPTIONAL)
            if isinstance(kind, list):
                field.label, kind = FieldDescriptorProto.LABEL_REPEATED, kind[0]
            if isinstance(kind, str):
                field.type, field.type_name = FieldDescriptorProto.TYPE_MESSAGE, f".{PACKAGE}.{kind}"
            else:
                field.type = types[kind]
            if name in ALTERNATIVES:
                field.oneof_index = 0
    pool = DescriptorPool()
    pool.Add(file)
    factory = MessageFactory(pool)
    return [factory.GetPrototype(pool.FindMessageTypeByName(f"{PACKAGE}.{name}")) for name in ALTERNATIVES]


class Client:
    """Calls the methods of one endpoint by RESOURCE.VERB."""

    def __init__(self, endpoint, timeout=30):
        self.channel = grpc.insecure_channel(endpoint)
        self.timeout = timeout
        self.question, answer = reflection()
        self.reflect = self.channel.stream_stream(
            f"/{PACKAGE}.ServerReflection/ServerReflectionInfo",
            request_serializer=self.question.SerializeToString,
            response_deserializer=answer.FromString,
        )
        self.pool = DescriptorPool()
        self.files = set()
        self.methods = {}
        for name in self.services():
            for file in self._files(self._ask(file_containing_symbol=name)):
                self._add(file)
            service = self.pool.FindServiceByName(name)
            for method in service.methods:
                self.methods[f"{service.name}.{method.name}"] = self._bind(service, method)

    def _ask(self, **question):
        answer = next(self.reflect(iter([self.question(**question)]), timeout=self.timeout))
        if answer.HasField("error_response"):
            raise ApiError(answer.error_response.error_code, answer.error_response.error_message)
        return answer

    def services(self):
        """The names of the services of the API."""
        answer = self._ask(list_services="")
        names = [service.name for service in answer.list_services_response.service]
        return [name for name in names if not name.startswith("grpc.")]

    @staticmethod
    def _files(answer):
        return [FileDescriptorProto.FromString(text) for text in answer.file_descriptor_response.file_descriptor_proto]

    def _add(self, file):
        if file.name in self.files:
            return
        self.files.add(file.name)
        for dependency in file.dependency:
            if dependency not in self.files:
                for needed in self._files(self._ask(file_by_filename=dependency)):
                    self._add(needed)
        self.pool.Add(file)

    def _bind(self, service, method):
        kinds = {(False, False): "unary_unary", (False, True): "unary_stream", (True, False): "stream_unary", (True, True): "stream_stream"}
        proto = FileDescriptorProto()
        service.file.CopyToProto(proto)
        shape = next(m for s in proto.service if s.name == service.name for m in s.method if m.name == method.name)
        factory = MessageFactory(self.pool)
        request, response = factory.GetPrototype(method.input_type), factory.GetPrototype(method.output_type)
        call = getattr(self.channel, kinds[shape.client_streaming, shape.server_streaming])(
            f"/{service.full_name}/{method.name}",
            request_serializer=request.SerializeToString,
            response_deserializer=response.FromString,
        )
        return call, request, shape.client_streaming, shape.server_streaming

    def call(self, method, params=None, token=None, x_domain_id=None, x_workspace_id=None):
        """Calls a method; what streams gives a generator."""
        call, request, up, down = self.methods[method]
        said = {"token": token, "x_domain_id": x_domain_id, "x_workspace_id": x_workspace_id}
        metadata = [(name, value) for name, value in said.items() if value]
        if up:
            message = (ParseDict(one, request()) for one in params)
        else:
            message = ParseDict(params or {}, request())
        try:
            answer = call(message, metadata=metadata, timeout=self.timeout)
        except grpc.RpcError as error:
            raise ApiError(error.code().name, error.details()) from None
        return self._each(answer) if down else MessageToDict(answer, preserving_proto_field_name=True)

    @staticmethod
    def _each(answers):
        try:
            for answer in answers:
                yield MessageToDict(answer, preserving_proto_field_name=True)
        except grpc.RpcError as error:
            raise ApiError(error.code().name, error.details()) from None
