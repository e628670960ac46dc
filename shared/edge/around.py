"""What every interceptor of ours does alike: something around each call that asks once and is answered once."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Awaitable, Callable
from typing import Any, ClassVar

import grpc
import grpc.aio

Method = Callable[[Any, Any], Awaitable[Any]]
"""(request, context) → the answer."""


class Around(grpc.aio.ServerInterceptor):  # type: ignore[type-arg]
    """Base of interceptors. `streams`: whether methods that stream (reflection, watching health) are served, as they
    are, without what is done around the others."""

    streams: ClassVar[bool] = True

    @abstractmethod
    async def around(self, name: str, method: Method, request: Any, context: Any) -> Any:
        """Answers a call of the method of this full name."""

    async def intercept_service(
        self, continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Any]], details: grpc.HandlerCallDetails
    ) -> Any:
        handler = await continuation(details)
        if handler is None or (method := handler.unary_unary) is None:
            return handler if self.streams else None

        async def answer(request: Any, context: Any) -> Any:
            return await self.around(details.method, method, request, context)

        return grpc.unary_unary_rpc_method_handler(answer, handler.request_deserializer, handler.response_serializer)
