#!/bin/sh
# Makes the shop: examples/shop/make.sh FOLDER. What its owner wrote is in _files/, beside
# this script, and is laid over what spacegen made.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=$1

spacegen new shop --yes --dir "$folder" --module example.com/shop --servers grpc,rest,scheduler,worker \
	--resource 'Customer:name!:keyword:max_length=100,email!:unique:format=email,address:message(street;city!;country!:pattern="^[A-Z]{2}$")' \
	--resource 'Product:sku!:unique:immutable:pattern="^[A-Z]{2}-[0-9]{4}$",title!:keyword:max_length=200,price!:money,stock:int32:default=0:min=0'
cd "$folder"

# Orders keep their line items with them, and go from state to state.
spacegen add resource 'Order:customer_id!:ref=Customer:immutable:expand,items!:[]message(product_id!;quantity:int32:min=1:max=1000;price:money),total:money:output_only,state:enum(PENDING|PAID|CANCELLED|EXPIRED):default=PENDING:transitions=PENDING>PAID|CANCELLED|EXPIRED;PAID>CANCELLED,note:max_length=500'
spacegen add method Order.cancel --request 'reason' --http 'POST /v1/orders/{order_id}:cancel'
spacegen add method Order.pay --request 'card!:pattern="^[0-9 ]{4,23}$"'
spacegen add scheduler nightly:cron:'0 3 * * *' --task Order.expire
spacegen add connector payment:http
spacegen add manager payment # through which services reach the connector

# A field more, later on: nothing to edit.
spacegen add field Customer 'born:date:min=1900-01-01'

cp -R "$here/_files/." .
